package dev.resound.core;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A topic as one lane sees it: one audience per wire format and writer. <b>Thread:</b> the lane's
 * loop.
 */
final class LaneTopic {
    final Lane lane;
    private final List<Audience> audiences = new ArrayList<>(1);

    LaneTopic(Lane lane) {
        this.lane = lane;
    }

    /** Step four of a frame's path. */
    void deliver(Delivery delivery) {
        assert lane.loop.isCurrent() : "lane touched off its loop";
        for (int i = 0; i < audiences.size(); i++) {
            Audience audience = audiences.get(i);
            if (audience.size() == 0) {
                continue;
            }
            for (Frame frame : delivery.framesFor(audience.format)) {
                audience.writer.broadcast(audience, frame, delivery.sequence, delivery.except);
            }
        }
    }

    /** Shows every member that was there at this sequence. */
    void forEachMember(long sequence, Consumer<Member> visitor) {
        for (int i = 0; i < audiences.size(); i++) {
            Audience audience = audiences.get(i);
            for (int m = 0; m < audience.size(); m++) {
                if (!audience.joinedAfter(m, sequence)) {
                    visitor.accept(audience.member(m));
                }
            }
        }
    }

    Audience audience(WireFormat format, LaneWriter writer) {
        return Audience.in(audiences, format, writer);
    }
}
