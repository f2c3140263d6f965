<?php
// Calls everything that Automattic's PHP SDK calls, as PHP builds it, and reads it as strictly;
// prints what came back as JSON. Written from the SDK's wire format: php client.php ADDRESS KEY HAM SPAM
const WORSE =
    'Best casino bonus, play slots online now and win money http://slots-bonus.example '
    . 'Buy cheap replica watches online, free shipping http://watches.example/cheap';

[, $address, $key, $ham, $spam] = $argv;

function call(string $path, string $key, array $data, bool $get = false): array {
    global $address;
    $data = $get ? $data + ['api_key' => $key] : $data + ['api_key' => $key, 'blog' => 'http://blog.example'];
    $query = http_build_query($data, '', '&');
    $curl = curl_init($address . $path . ($get ? "?$query" : ''));
    $headers = [];
    curl_setopt_array($curl, [
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_USERAGENT => 'Automattic-Akismet-SDK/1.5.0',
        CURLOPT_HEADERFUNCTION => function ($curl, string $line) use (&$headers): int {
            [$name, $value] = explode(':', $line, 2) + [1 => ''];
            $headers[strtolower($name)] = trim($value);
            return strlen($line);
        },
    ] + ($get ? [] : [CURLOPT_POSTFIELDS => $query]));
    $body = curl_exec($curl);
    if ($body === false) throw new Exception(curl_error($curl));
    return ['status' => curl_getinfo($curl, CURLINFO_RESPONSE_CODE), 'body' => $body, 'headers' => $headers];
}

function verdict(string $content, array $more = []): array {
    global $key;
    $comment = [
        'user_ip' => '192.0.2.7', 'user_agent' => 'Grüße/1.0', 'blog_lang' => 'en, de', 'comment_content' => $content,
        'comment_author' => "Ada O'Neil", 'comment_date_gmt' => gmdate('c'), 'comment_context' => ['tea', 'beans'],
        'classify' => '1', 'HTTP_ACCEPT' => '*/*',
    ];
    $answer = call('/1.1/comment-check', $key, $more + $comment);
    return [$answer['body'], $answer['headers']['x-akismet-pro-tip'] ?? null, isset($answer['headers']['x-akismet-guid'])];
}

function decoded(array $answer): array {
    return json_decode($answer['body'], true, 512, JSON_THROW_ON_ERROR);
}

$wrong = call('/1.1/verify-key', '000000000000', ['key' => '000000000000']);
$report = ['user_ip' => '192.0.2.7', 'comment_author' => "Ada O'Neil", 'reporter' => 'ada', 'comment_check_response' => 'true'];
$month = gmdate('Y-m');
$sites = decoded(call('/1.2/key-sites', $key, ['limit' => '500', 'offset' => '0', 'month' => $month], true));
echo json_encode([
    'good_key' => call('/1.1/verify-key', $key, ['key' => $key])['body'] === 'valid',
    'bad_key' => [$wrong['status'], $wrong['body'], isset($wrong['headers']['x-akismet-debug-help'])],
    'ham' => verdict($ham),
    'spam' => verdict($spam),
    'discard' => verdict("$spam " . WORSE),
    'guaranteed' => verdict($ham, ['comment_author' => 'akismet-guaranteed-spam', 'is_test' => '1']),
    'administrator' => verdict($spam, ['user_role' => 'administrator']),
    'honeypot' => verdict("$ham Yes.", ['honeypot_field_name' => 'trap', 'trap' => 'filled']),
    'submit_ham' => call('/1.1/submit-ham', $key, $report + ['comment_content' => $spam])['body'],
    'submit_spam' => call('/1.1/submit-spam', $key, $report + ['comment_content' => $ham])['body'],
    'usage' => decoded(call('/1.2/usage-limit', $key, ['extended' => 'true'], true)),
    'stats' => decoded(call('/1.2/get-key-stats', $key, ['key' => $key, 'from' => '60-days'])),
    'subscription' => decoded(call('/1.1/get-subscription', $key, [])),
    'sites' => [is_numeric($sites['total']), array_is_list($sites[$month])],
    'token' => ctype_alnum(call('/1.1/token', $key, [])['body']),
    'deactivate' => call('/1.1/deactivate', $key, ['key' => $key])['body'],
], JSON_THROW_ON_ERROR);
