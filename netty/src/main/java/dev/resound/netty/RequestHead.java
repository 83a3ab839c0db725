package dev.resound.netty;

import dev.resound.core.http.HttpRequest;
import java.util.List;

record RequestHead(
        String method,
        String path,
        String query,
        List<HttpRequest.Header> headers,
        int minorVersion,
        boolean keepAlive,
        boolean upgrade) {}
