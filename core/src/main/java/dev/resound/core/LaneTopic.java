package dev.resound.core;

import java.util.ArrayList;
import java.util.List;

/** A topic as one lane sees it: one audience per wire format. <b>Thread:</b> the lane's loop. */
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
                lane.writer.broadcast(audience, frame, delivery.sequence, delivery.except);
            }
        }
    }

    Audience audience(WireFormat format) {
        for (int i = 0; i < audiences.size(); i++) {
            if (audiences.get(i).format == format) {
                return audiences.get(i);
            }
        }
        Audience created = new Audience(lane, format);
        audiences.add(created);
        return created;
    }
}
