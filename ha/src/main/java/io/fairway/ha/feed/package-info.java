/**
 * The boundary between the pair's thread and the controller. {@link PairNotices} is what a controller hears, wherever
 * it is. Where it is a process of its own, {@link ControllerFeed} (with its {@link FeedParts} and {@link FeedSource}
 * and {@link Provisions}) stands for it beside the journal, and beside the controller {@link RemoteJournal} takes what
 * it says and {@link FeedAdapter} brings what it is told to a {@link FeedListener}. Messages are in
 * {@code io.fairway.model.boundary}.
 */
package io.fairway.ha.feed;
