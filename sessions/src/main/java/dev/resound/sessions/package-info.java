/**
 * Device sessions: an authenticated device, whose session outlives its socket, and the companions
 * that join it. Nothing here knows what kind of device it is; that is a {@link
 * dev.resound.sessions.DeviceProfile}.
 *
 * <p>To read first: {@link dev.resound.sessions.DeviceSessions}, which is a protocol of the port;
 * {@code DeviceSession}, which owns everything of one owner on one loop; {@code Companions}, where
 * the life of a companion is drawn. A frame's path stands in the module's README.
 */
@NullMarked
package dev.resound.sessions;

import org.jspecify.annotations.NullMarked;
