package dev.resound.core;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Delivers to a part of the members of some topics. <b>Thread:</b> the lane's loop. */
final class Choice {
    private Choice() {}

    /** A topic's share of a lane, as of a publish, and what is for it. */
    record Part(LaneTopic topic, long sequence, Delivery delivery) {}

    /** What these parts count for while they wait: neighbours may share a delivery. */
    static int weight(List<Part> parts) {
        long weight = 0;
        Delivery counted = null;
        for (Part part : parts) {
            weight += part.delivery == counted ? 0 : part.delivery.weight();
            counted = part.delivery;
        }
        return (int) Math.min(weight, Integer.MAX_VALUE);
    }

    static void deliver(List<Part> parts, Predicate<Member> chooser) {
        List<Audience> chosen = new ArrayList<>(1);
        Delivery delivery = parts.getFirst().delivery;
        for (Part part : parts) {
            if (part.delivery != delivery) {
                write(delivery, chosen);
                chosen.clear();
                delivery = part.delivery;
            }
            part.topic.forEachMember(
                    part.sequence,
                    member -> {
                        if (chooser.test(member)) {
                            Audience own = member.audience();
                            Audience.in(chosen, own.format, own.writer).addForOnce(member);
                        }
                    });
        }
        write(delivery, chosen);
    }

    private static void write(Delivery delivery, List<Audience> chosen) {
        for (Audience audience : chosen) {
            for (Frame frame : delivery.framesFor(audience.format)) {
                audience.writer.broadcast(audience, frame, Long.MAX_VALUE, null);
            }
        }
    }
}
