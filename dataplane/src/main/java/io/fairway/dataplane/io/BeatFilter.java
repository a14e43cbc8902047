package io.fairway.dataplane.io;

import io.fairway.model.wire.EthernetHeader;
import java.io.IOException;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** Keeps a pair's beats off a port, in the kernel: they have a socket of their own and must not wake the forwarder. */
final class BeatFilter {
    private static final int SO_ATTACH_FILTER = 26;
    private static final int LOAD_HALF_WORD = 0x28;
    private static final int JUMP_IF_EQUAL = 0x15;
    private static final int RETURN = 0x06;
    private static final int ETHER_TYPE_OFFSET = 12;
    private static final int INSTRUCTIONS = 4;
    private static final int INSTRUCTION_BYTES = 8;
    private static final int PROGRAM = INSTRUCTIONS * INSTRUCTION_BYTES;
    private static final int PROGRAM_BYTES = 16;

    private BeatFilter() {}

    /** Attaches the filter: classic BPF, Documentation/networking/filter.rst of the kernel. */
    static void attach(final int fd) throws IOException {
        final UnsafeBuffer program =
                new UnsafeBuffer(BufferUtil.allocateDirectAligned(PROGRAM + PROGRAM_BYTES, Long.BYTES));
        instruction(program, 0, LOAD_HALF_WORD, 0, ETHER_TYPE_OFFSET);
        instruction(program, 1, JUMP_IF_EQUAL, 1, EthernetHeader.PAIR_BEAT);
        instruction(program, 2, RETURN, 0, 0);
        instruction(program, 3, RETURN, 0, -1);
        program.putLong(PROGRAM, INSTRUCTIONS);
        program.putLong(PROGRAM + Long.BYTES, program.addressOffset());
        Device.require(
                NativeCalls.setsockopt(
                        fd, NativeCalls.SOL_SOCKET, SO_ATTACH_FILTER, program.addressOffset() + PROGRAM, PROGRAM_BYTES),
                "packet filter");
    }

    /** struct sock_filter: u16 code, u8 jump if true, u8 jump if false, u32 operand. */
    private static void instruction(
            final UnsafeBuffer program, final int index, final int code, final int falseJump, final int operand) {
        final int at = index * INSTRUCTION_BYTES;
        program.putShort(at, (short) code);
        program.putByte(at + 3, (byte) falseJump);
        program.putInt(at + 4, operand);
    }
}
