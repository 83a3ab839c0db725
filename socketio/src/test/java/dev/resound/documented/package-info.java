/** What the documentation of Socket.IO shows, compiled against the public API alone. */
@NullMarked
package dev.resound.documented;

import org.jspecify.annotations.NullMarked;
