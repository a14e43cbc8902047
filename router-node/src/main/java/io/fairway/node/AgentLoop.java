package io.fairway.node;

import org.agrona.concurrent.Agent;
import org.agrona.concurrent.IdleStrategy;

/**
 * Runs agents in turn on one thread. An exception is a defect: it ends the node, never a loop that goes on half dead.
 */
final class AgentLoop implements Runnable, AutoCloseable {
    private final IdleStrategy idle;
    private final Agent[] agents;
    private volatile boolean running = true;

    AgentLoop(final IdleStrategy idle, final Agent... agents) {
        this.idle = idle;
        this.agents = agents.clone();
    }

    @Override
    public void run() {
        try {
            for (final Agent agent : agents) {
                agent.onStart();
            }
            while (running) {
                int work = 0;
                for (final Agent agent : agents) {
                    work += agent.doWork();
                }
                idle.idle(work);
            }
            for (final Agent agent : agents) {
                agent.onClose();
            }
        } catch (final Exception e) {
            NodeMain.defect(e);
        }
    }

    @Override
    public void close() {
        running = false;
    }
}
