/** Tests of the traffic programs: instruments are checked before they judge. */
package io.fairway.deploy.traffic;
