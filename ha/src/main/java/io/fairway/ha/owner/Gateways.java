package io.fairway.ha.owner;

/** What the forwarder knows of gateways, as masks of interfaces. The pair's thread asks. */
public interface Gateways {
    /** Nobody watches any. */
    Gateways UNWATCHED = new Gateways() {
        @Override
        public long answering() {
            return -1;
        }

        @Override
        public long silent() {
            return 0;
        }
    };

    /** The interfaces of which a gateway is known to answer, and those that have none. */
    long answering();

    /** The interfaces of which no gateway answers. */
    long silent();
}
