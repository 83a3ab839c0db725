package dev.resound.redis;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One kind of Redis: which servers there are, and who has what. <b>Thread:</b> the clerk's. */
interface Backend {
    /** Those that take and tell what is not sharded: the better ones first, any will do. */
    List<Server> servers();

    /** Those whose listeners count. */
    List<Server> all();

    /** The one that has the slot, as far as is known; null: nobody at present. */
    @Nullable Server ownerOf(int slot);

    /** Whether Sentinels say which server it is, and may come to say another. */
    boolean hasSentinels();

    /**
     * Finds out again, because something may have changed.
     *
     * @param whom one that can be asked, if there is one
     */
    void refresh(@Nullable Line<?> whom);

    /** Whether it was long ago that this was found out. */
    boolean isStale();
}
