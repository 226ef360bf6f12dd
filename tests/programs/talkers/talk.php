<?php
// PHP's streams: one line in (id, host, port, roots), one JSON line out.
ini_set("display_errors", "0");
ini_set("default_socket_timeout", "10");
while (($line = fgets(STDIN)) !== false) {
    [$id, $host, $port, $roots] = explode("\t", rtrim($line, "\n"));
    $said = [];
    set_error_handler(function ($level, $message) use (&$said) {
        $said[] = "PHP Warning:  $message";
        return true;
    });
    $context = stream_context_create([
        "ssl" => ["cafile" => $roots, "peer_name" => $host],
        "http" => ["header" => "Host: $host\r\n"],
    ]);
    $body = file_get_contents("https://127.0.0.1:$port/", false, $context);
    restore_error_handler();
    $result = ["id" => $id, "accepted" => $body !== false, "output" => implode("\n", $said)];
    echo json_encode($result, JSON_INVALID_UTF8_SUBSTITUTE), "\n";
}
