/**
 * What a session is: {@link FiveTuple}, {@link FlowKeyFlyweight}, {@link FlowAction} and its flyweight, {@link Flow},
 * {@link SessionRecord} and its flyweight, {@link SessionState}, {@link SessionSecurity}, {@link SessionTreatment},
 * {@link Transit}.
 */
package io.fairway.model.session;
