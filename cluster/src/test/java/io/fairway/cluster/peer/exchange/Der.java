package io.fairway.cluster.peer.exchange;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Writes DER (X.690), as much of it as certificates need. */
final class Der {
    private static final DateTimeFormatter UTC_TIME =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private Der() {}

    static byte[] sequence(final byte[]... parts) {
        return tagged(0x30, parts);
    }

    static byte[] set(final byte[]... parts) {
        return tagged(0x31, parts);
    }

    static byte[] integer(final long value) {
        return tagged(0x02, BigInteger.valueOf(value).toByteArray());
    }

    static byte[] text(final String value) {
        return tagged(0x0c, value.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] octets(final byte[] value) {
        return tagged(0x04, value);
    }

    static byte[] bits(final byte[] value) {
        return tagged(0x03, new byte[1], value);
    }

    static byte[] yes() {
        return tagged(0x01, new byte[] {(byte) 0xff});
    }

    static byte[] time(final long epochMs) {
        return tagged(0x17, UTC_TIME.format(Instant.ofEpochMilli(epochMs)).getBytes(StandardCharsets.US_ASCII));
    }

    /** An object identifier from its arcs. */
    static byte[] oid(final int... arcs) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(40 * arcs[0] + arcs[1]);
        for (int i = 2; i < arcs.length; i++) {
            for (int shift = 28; shift > 0; shift -= 7) {
                if (arcs[i] >>> shift != 0) {
                    out.write(0x80 | arcs[i] >>> shift & 0x7f);
                }
            }
            out.write(arcs[i] & 0x7f);
        }
        return tagged(0x06, out.toByteArray());
    }

    static byte[] tagged(final int tag, final byte[]... parts) {
        final ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (final byte[] part : parts) {
            content.write(part, 0, part.length);
        }
        final int length = content.size();
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else {
            final int bytes = length > 0xff ? 2 : 1;
            out.write(0x80 | bytes);
            if (bytes == 2) {
                out.write(length >>> 8);
            }
            out.write(length & 0xff);
        }
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }
}
