/**
 * Device sessions: an authenticated device, whose session outlives its socket. Nothing here knows
 * what kind of device it is; that is a {@link dev.resound.sessions.DeviceProfile}.
 */
@NullMarked
package dev.resound.sessions;

import org.jspecify.annotations.NullMarked;
