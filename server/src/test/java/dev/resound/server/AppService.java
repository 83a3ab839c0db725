package dev.resound.server;

import dev.resound.pusher.App;
import dev.resound.pusher.AppSource;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

// The example of docs/apps.md.
final class AppService implements AppSource {
    private final HttpClient http = HttpClient.newHttpClient();
    private final URI base;

    AppService(URI base) {
        this.base = base;
    }

    @Override
    public CompletionStage<Optional<App>> byKey(String key) {
        return find("key=" + URLEncoder.encode(key, StandardCharsets.UTF_8));
    }

    @Override
    public CompletionStage<Optional<App>> byId(String id) {
        return find("id=" + URLEncoder.encode(id, StandardCharsets.UTF_8));
    }

    private CompletionStage<Optional<App>> find(String query) {
        HttpRequest request = HttpRequest.newBuilder(base.resolve("/apps?" + query)).build();
        return http.sendAsync(request, HttpResponse.BodyHandlers.ofLines())
                .thenApply(answer ->
                        switch (answer.statusCode()) {
                            case 200 -> { // three lines: id, key, secret
                                List<String> lines = answer.body().toList();
                                yield Optional.of(
                                        App.builder(lines.get(0), lines.get(1), lines.get(2))
                                                .build());
                            }
                            case 404 -> Optional.empty();
                            default ->
                                    throw new IllegalStateException(
                                            "status " + answer.statusCode());
                        });
    }
}
