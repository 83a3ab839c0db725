package dev.resound.core;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Delivers to a part of the members of some topics. <b>Thread:</b> the lane's loop. */
final class Choice {
    private Choice() {}

    /** A topic's share of a lane, as of a publish. */
    record Part(LaneTopic topic, long sequence) {}

    static void deliver(List<Part> parts, Delivery delivery, Predicate<Member> chooser) {
        List<Audience> chosen = new ArrayList<>(1);
        for (Part part : parts) {
            part.topic.forEachMember(
                    part.sequence,
                    member -> {
                        if (chooser.test(member)) {
                            Audience own = member.audience();
                            Audience.in(chosen, own.format, own.writer).addForOnce(member);
                        }
                    });
        }
        for (Audience audience : chosen) {
            for (Frame frame : delivery.framesFor(audience.format)) {
                audience.writer.broadcast(audience, frame, Long.MAX_VALUE, null);
            }
        }
    }
}
