/** The one port: HTTP and WebSocket on Netty, turned into what the core speaks. */
@NullMarked
package dev.resound.netty;

import org.jspecify.annotations.NullMarked;
