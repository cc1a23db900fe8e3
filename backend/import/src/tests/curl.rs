//! curl commands, held against what curl 7.88 sends.

use super::{assert_hidden, assert_remark, header, said};
use crate::{Imported, curl::import};

fn body(imported: &Imported, index: usize) -> &str {
    imported.probes[index].body.as_deref().unwrap_or("(none)")
}

#[test]
fn a_body_on_several_lines_is_one_body() {
    let imported = import(
        "curl -X POST 'http://h/api/orders' -H 'Content-Type: application/json' -d '{\n  \"sku\": \"tea\",\n  \"count\": 2\n}'",
    );
    assert_eq!(said(&imported), ["POST /api/orders"]);
    assert_eq!(body(&imported, 0), "{\n  \"sku\": \"tea\",\n  \"count\": 2\n}");
}

#[test]
fn quotes_of_every_kind_are_read_as_a_shell_reads_them() {
    let imported = import(
        r#"curl h/1 -d $'{"text":"Hello\u0021 It\'s \u00e9 and \x41\n"}'
curl h/2 -d "{\"text\":\"one\ntwo\"}"
curl h/3 -d 'it'\''s'" \$5 and \`x\` "$"here"
curl h/4 -d $'\U0001F375\101\cA\e\q'
"#,
    );
    assert_eq!(body(&imported, 0), "{\"text\":\"Hello! It's é and A\n\"}");
    assert_eq!(body(&imported, 1), "{\"text\":\"one\\ntwo\"}");
    assert_eq!(body(&imported, 2), "it's $5 and `x` here");
    assert_eq!(body(&imported, 3), "\u{1F375}A\u{1}\u{1b}\\q");
}

#[test]
fn a_recorded_multipart_body_keeps_its_line_ends() {
    let imported = import(
        r#"curl 'http://h/upload' -H 'content-type: multipart/form-data; boundary=X' --data-raw $'--X\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--X--\r\n'"#,
    );
    assert_eq!(body(&imported, 0), "--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--X--\r\n");
}

#[test]
fn a_form_with_a_file_is_left_out_whole_and_one_without_is_written() {
    let imported = import(
        "curl http://h/upload -F title=Tea -F file=@photo.jpg\ncurl h/b -F 'a=1;type=text/x' -F b='\"x;y\"'",
    );
    assert_eq!(said(&imported), ["POST /b"]);
    assert_remark(&imported, &["line 1", "`file`", "in a file"]);
    let kind = header(&imported.probes[0], "content-type").unwrap();
    let boundary = kind.strip_prefix("multipart/form-data; boundary=").unwrap();
    let expected = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Type: text/x\r\n\r\n1\r\n\
         --{boundary}\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\nx;y\r\n--{boundary}--\r\n"
    );
    assert_eq!(body(&imported, 0), expected);
}

#[test]
fn data_is_encoded_and_joined_as_curl_does() {
    let imported = import(
        "curl -G 'http://h/search' --data-urlencode 'q=black tea & milk' --data-urlencode 'page=2'\n\
         curl 'http://h/query' --data-urlencode 'q=CREATE DATABASE tea'\n\
         curl http://h/a --url-query 'q=1 2' --url-query '+raw=%20'\n\
         curl --json '{\"a\":1}' --json '{\"b\":2}' http://h/api\n\
         curl h/d -d a=1 --data-raw '@b' --data-urlencode '=c&d' -d ''\n",
    );
    let expected = [
        "GET /search?q=black+tea+%26+milk&page=2",
        "POST /query",
        "GET /a?q=1+2&raw=%20",
        "POST /api",
        "POST /d",
    ];
    assert_eq!(said(&imported), expected);
    assert_eq!(body(&imported, 1), "q=CREATE+DATABASE+tea");
    assert_eq!(body(&imported, 3), "{\"a\":1}{\"b\":2}");
    assert_eq!(header(&imported.probes[3], "accept"), Some("application/json"));
    assert_eq!(header(&imported.probes[3], "content-type"), Some("application/json"));
    assert_eq!(body(&imported, 4), "a=1&@b&c%26d&");
    assert_eq!(header(&imported.probes[4], "content-type"), Some("application/x-www-form-urlencoded"));
}

#[test]
fn values_of_options_are_never_taken_for_addresses() {
    let imported = import(
        "curl 'http://h/api/items' --max-redirs 5\ncurl 'http://h/account' -c cookies.txt -D headers.txt\n\
         curl http://h/x --cert client.pem --retry-delay 3 -x proxy:3128 -w '%{http_code}' -o out\n\
         curl -sSLfk --compressed -m5 -oout http://h/y --ciphers A:B --tls-max 1.2 --interface eth0",
    );
    assert_eq!(said(&imported), ["GET /api/items", "GET /account", "GET /x", "GET /y"]);
    assert_remark(&imported, &["line 3", "client certificate"]);
    assert_eq!(header(&imported.probes[3], "accept-encoding"), Some("deflate, gzip, br, zstd"));
}

#[test]
fn short_options_stand_together_and_carry_values() {
    let imported = import(
        "curl -sX DELETE http://h/api/items/7\ncurl -sXPUT http://h/api/items/7 -d '{\"n\":1}'\ncurl -sI http://h/a\n\
         curl -sd a=1 h/b -HX-A:1\ncurl --sil --no-location --no-compressed h/c -XwHat\ncurl -0 -- h/d",
    );
    let expected = ["DELETE /api/items/7", "PUT /api/items/7", "HEAD /a", "POST /b", "wHat /c", "GET /d"];
    assert_eq!(said(&imported), expected);
    assert_eq!(header(&imported.probes[3], "x-a"), Some("1"));
}

#[test]
fn several_addresses_and_several_requests_in_one_command_are_all_taken() {
    let imported = import(
        "curl http://h/a http://h/b\ncurl http://h/c -H 'X-One: 1' --next http://h/d -X POST -d x=1\n\
         curl 'http://h/{e,f}/[1-2]' --url h/g\ncurl h/i --next h/j -d @file --next h/k",
    );
    let expected = [
        "GET /a", "GET /b", "GET /c", "POST /d", "GET /e/1", "GET /e/2", "GET /f/1", "GET /f/2", "GET /g",
        "GET /i", "GET /k",
    ];
    assert_eq!(said(&imported), expected);
    assert!(header(&imported.probes[3], "x-one").is_none());
    assert_remark(&imported, &["line 4", "reads the file `file`"]);
}

#[test]
fn headers_are_emptied_removed_and_repeated_as_curl_does() {
    let imported = import(
        "curl http://h/api -H 'X-Empty;' -H 'Accept:' -H 'X-Full: 1' -H 'X-Full: 2'\n\
         curl h/b -A mine -H 'User-Agent: other' -e 'http://r/;auto' -r 5 -b 'a=1' -b b=2\n\
         curl h/c -d x -H 'Content-Type:'\ncurl h/d -H 'Host: shop.example' -H 'Connection: close' -H @file\n\
         curl http://h/e -H 'Host: shop.example'\ncurl http://h:81/f -H 'Host: h'\ncurl h/g -H nothing",
    );
    assert_eq!(said(&imported), ["GET /api", "GET /b", "POST /c", "GET /e", "GET /f"]);
    let headers = &imported.probes[0].headers;
    let expected =
        [("X-Empty", ""), ("X-Full", "1"), ("X-Full", "2")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(headers[..], expected);
    let second = &imported.probes[1];
    assert_eq!(header(second, "user-agent"), Some("other"));
    assert_eq!(header(second, "referer"), Some("http://r/"));
    assert_eq!(header(second, "range"), Some("bytes=5-"));
    assert_eq!(header(second, "cookie"), Some("env:PROBE_COOKIE"));
    assert!(imported.probes[2].headers.is_empty());
    assert_eq!(header(&imported.probes[3], "host"), Some("shop.example"));
    assert!(imported.probes[4].headers.is_empty());
    assert_remark(&imported, &["line 4", "file `file`"]);
    assert_remark(&imported, &["line 7", "no `:`"]);
}

#[test]
fn what_lies_in_files_or_is_only_known_to_a_shell_is_left_out_with_its_line() {
    let imported = import(
        "curl -T my_file.txt http://h/files/a.txt\n\
         curl \"http://h/api/v$VERSION/items\" -H \"X-Version: $VERSION\"\ncurl -K config\ncurl h -b cookies.txt\n\
         curl h -n\ncurl h --data-binary @- < file\necho x | curl h -d @-\ncurl h -u a:b --digest\ncurl h/$(id)",
    );
    assert!(imported.probes.is_empty(), "{:?}", imported.probes);
    for (line, word) in [
        (1, "my_file.txt"),
        (2, "$VERSION"),
        (3, "--config"),
        (4, "cookies.txt"),
        (5, "in a file"),
        (6, "reads a file"),
        (7, "another command"),
        (8, "--digest"),
        (9, "$(id)"),
    ] {
        assert_remark(&imported, &[&format!("line {line}:"), word]);
    }
}

#[test]
fn a_secret_that_a_shell_would_fill_in_becomes_a_name() {
    let imported = import(
        "curl h/a -H \"Authorization: Bearer $TOKEN\"\ncurl h/b -u \"$USER:$PASS\"\ncurl h/c --oauth2-bearer ${TOKEN}\n\
         curl h/d -H \"X-Api-Key: $(cat key)\"",
    );
    assert_eq!(said(&imported), ["GET /a", "GET /b", "GET /c", "GET /d"]);
    assert!(
        imported.probes.iter().all(|it| it.headers[0].1.starts_with("env:PROBE_")),
        "{:?}",
        imported.probes
    );
    assert_eq!(imported.remarks.iter().filter(|it| it.starts_with("Set PROBE")).count(), 4);
}

#[test]
fn here_documents_and_here_strings_are_bodies() {
    let imported = import(
        "curl h/a --data-binary @- <<'END'\n{\"a\": \"$x\"}\nEND\ncurl h/b -d @- <<-E\n\tone\n\ttwo\n\tE\n\
         curl h/c --json @- <<< '{\"c\":1}'\ncurl h/d -d @- <<E\n$x\nE\ncurl h/e",
    );
    assert_eq!(said(&imported), ["POST /a", "POST /b", "POST /c", "GET /e"]);
    assert_eq!(body(&imported, 0), "{\"a\": \"$x\"}\n");
    assert_eq!(body(&imported, 1), "onetwo");
    assert_eq!(body(&imported, 2), "{\"c\":1}\n");
    assert_remark(&imported, &["line 9:", "$x"]);
}

#[test]
fn commands_are_found_whatever_stands_around_them() {
    let imported = import(
        "#!/bin/sh\n# curl http://h/remark\nset -e\ncurl http://h/a \\\n  -H 'X-A: 1' # the header\n\
         curl http://h/b && curl http://h/c; curl http://h/d | jq .\n$ curl h/e\nif curl -f h/f; then\n  curl h/g 2>/dev/null\nfi\n\
         A=1 /usr/bin/curl h/h > out\nxargs curl h/i\ncurl http://h/api/\\\nitems\nx=$(curl h/j)\n",
    );
    let expected =
        ["GET /a", "GET /b", "GET /c", "GET /d", "GET /e", "GET /f", "GET /g", "GET /h", "GET /api/items"];
    assert_eq!(said(&imported), expected);
    assert_eq!(header(&imported.probes[0], "x-a"), Some("1"));
    assert_remark(&imported, &["line 12; line 15", "run by another"]);
}

#[test]
fn addresses_are_sent_as_written_or_refused_as_curl_refuses_them() {
    let imported = import(
        "curl 'http://h/search?filter={\"a\":1}&x=a|b&y=[1]' -g\ncurl 'http://h?key=one'\ncurl http://h/a/../b/./c#top\n\
         curl http://h/a/../b --path-as-is\ncurl 'h/<x>'\ncurl 'http://h/a b'\ncurl 'http://h/[1'\ncurl ftp://h/x\n\
         curl 'http://h/x?a=1&' -G -d b=2\ncurl 'http://[::1]:80/v6'\ncurl h/t --request-target /u",
    );
    let expected = [
        "GET /search?filter={%22a%22:1}&x=a|b&y=[1]",
        "GET /?key=one",
        "GET /b/c",
        "GET /a/../b",
        "GET /%3Cx%3E",
        "GET /x?a=1&b=2",
        "GET /v6",
        "GET /u",
    ];
    assert_eq!(said(&imported), expected);
    assert_remark(&imported, &["line 1", "`\"`", "escaped"]);
    assert_remark(&imported, &["line 5", "`<`", "escaped"]);
    assert_remark(&imported, &["line 6", "a space"]);
    assert_remark(&imported, &["line 7", "bracket"]);
    assert_remark(&imported, &["line 8", "`ftp`"]);
}

#[test]
fn what_curl_itself_does_not_know_is_named() {
    let imported =
        import("curl --request=POST h/a\ncurl -Ω h/b\ncurl h/c --expand-data x\ncurl -s\ncurl h -d\ncurl -V");
    assert!(imported.probes.is_empty());
    assert_remark(&imported, &["line 1", "no option `--request`"]);
    assert_remark(&imported, &["line 2", "no option"]);
    assert_remark(&imported, &["line 4", "no address"]);
    assert_remark(&imported, &["line 5", "lacks its value"]);
}

#[test]
fn an_unclosed_quote_loses_one_command_and_not_those_after_it() {
    let imported = import("curl http://h/a\ncurl 'http://h/b\ncurl http://h/c -d \"x\"\n");
    assert_eq!(said(&imported), ["GET /a", "POST /c"]);
    assert_remark(&imported, &["line 2", "not closed"]);
}

#[test]
fn braces_that_a_shell_would_expand_are_left_out() {
    let imported =
        import("curl h/a -d {\"email\":\"x\",\"pin\":\"y\"}\ncurl h/b -H 'X: {1,2}' -d '{\"a\":1,\"b\":2}'");
    assert_eq!(said(&imported), ["POST /b"]);
    assert_remark(&imported, &["line 1", "braces"]);
}

#[test]
fn a_command_cut_by_an_unquoted_ampersand_says_so() {
    let imported = import("curl http://h/x?a=1&b=2");
    assert_eq!(said(&imported), ["GET /x?a=1"]);
    assert_remark(&imported, &["line 1", "unquoted `&`"]);
}

#[test]
fn what_browsers_copy_for_windows_is_read() {
    let new = "curl ^\"http://h/api?a=1^&b=%^20^\" ^\r\n  -H ^\"accept: application/json^\" ^\r\n  \
               --data-raw ^\"^{^\\^\"a^\\^\":^\\^\"x^&y^\\^\"^}^\" &\r\ncurl ^\"http://h/b^\"";
    let imported = import(new);
    assert_eq!(said(&imported), ["POST /api?a=1&b=%20", "GET /b"]);
    assert_eq!(body(&imported, 0), "{\"a\":\"x&y\"}");
    assert_eq!(header(&imported.probes[0], "accept"), Some("application/json"));
    let old = "curl \"https://h/x\" -H \"a: b\" --data \"{\"\"data\"\":{\"\"type\"\":\"\"e\"\"}}\"";
    assert_eq!(body(&import(old), 0), "{\"data\":{\"type\":\"e\"}}");
    assert_remark(&import(old), &["Windows"]);
}

#[test]
fn powershell_is_named_as_what_it_is() {
    let imported = import("Invoke-WebRequest -UseBasicParsing -Uri \"https://h/x\" `\n-Method \"POST\"");
    assert!(imported.probes.is_empty());
    assert_remark(&imported, &["PowerShell", "cURL"]);
}

#[test]
fn a_request_as_browsers_copy_it_keeps_all_of_its_headers() {
    let imported = import(
        "curl 'https://shop.example/api/items?q=tea' \\\n  -H 'accept: */*' \\\n  -H 'accept-language: en-US,en;q=0.9' \\\n  \
         -b 'sid=topsecret; theme=dark' \\\n  -H 'sec-ch-ua: \"Chromium\";v=\"140\", \"Not=A?Brand\";v=\"24\"' \\\n  \
         -H 'user-agent: Mozilla/5.0 (X11)' \\\n  --data-raw '{\"q\":\"it'\\''s\"}' --insecure",
    );
    assert_eq!(said(&imported), ["POST /api/items?q=tea"]);
    assert_eq!(imported.probes[0].headers.len(), 6);
    assert_eq!(
        header(&imported.probes[0], "sec-ch-ua"),
        Some("\"Chromium\";v=\"140\", \"Not=A?Brand\";v=\"24\"")
    );
    assert_eq!(body(&imported, 0), "{\"q\":\"it's\"}");
    assert_hidden(&imported, "topsecret");
}
