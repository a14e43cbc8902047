package io.fairway.deploy.sim;

/** The stations on one side of the router. */
interface Hosts {
    /** A frame that the switch brought. */
    void onFrame(byte[] frame);
}
