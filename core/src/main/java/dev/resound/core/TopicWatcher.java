package dev.resound.core;

/**
 * Told whenever a topic of this node gains or loses members, whatever protocol they speak.
 *
 * <p><b>Thread:</b> that of the change, inside its step on the topic: calls about one topic come
 * one after the other, in the order of the changes. Must be quick, must not throw and must not call
 * the hub.
 */
@FunctionalInterface
public interface TopicWatcher {

    /**
     * The number of members has changed.
     *
     * @param before 0: the topic was not occupied until now
     * @param after 0: it is not occupied any more
     */
    void onMembers(TopicName topic, int before, int after);
}
