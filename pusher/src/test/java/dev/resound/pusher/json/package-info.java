@NullMarked
package dev.resound.pusher.json;

import org.jspecify.annotations.NullMarked;
