/**
 * Frames in and out of the kernel, in the order a frame meets the files: {@link KernelSilencer} keeps the kernel's own
 * stack off our devices, {@link PacketPort} and {@link AfPacketPort} receive and send, {@link FrameHandler} takes each
 * frame, {@link Poller} and {@link Doorbell} let the forwarder sleep, {@link RawFrameSocket} carries beats,
 * {@link ThreadScheduling} sets a thread's priority. All of it is system calls ({@link NativeCalls}) on a
 * {@link Device}: no JNI, no C. Nothing here looks into a packet.
 */
package io.fairway.dataplane.io;
