/** Tests of the simulation, and the controls: broken builds that the checker must find. */
package io.fairway.deploy.sim;
