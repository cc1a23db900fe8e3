//! What a site answers, request by request.

use std::{fs, path::Path};

use http::HeaderMap;
use jiff::Timestamp;

use crate::{Request, Response, Site};

fn image(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let place = folder.path().join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, text).unwrap();
    }
    folder
}

fn ask_with(site: &Site, method: &str, target: &str, headers: &[(&str, &str)]) -> Response {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.insert(http::HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
    }
    site.respond(&Request { method, target, headers: &map, port: 80, now: Timestamp::UNIX_EPOCH })
}

fn ask(site: &Site, method: &str, target: &str) -> Response {
    ask_with(site, method, target, &[])
}

fn site(folder: &Path) -> Site {
    Site::load(folder, &[]).unwrap()
}

#[test]
fn what_is_not_there_is_404_and_what_is_not_allowed_405() {
    let folder = image(&[
        ("usr/share/nginx/html/index.html", "<h1>hello</h1>"),
        ("usr/share/nginx/html/a/b.txt", "b"),
    ]);
    let site = site(folder.path());
    let missing = ask(&site, "GET", "/none");
    assert_eq!(missing.status, 404);
    assert!(String::from_utf8_lossy(&missing.body).contains("<center><h1>404 Not Found</h1></center>"));
    assert_eq!(ask(&site, "POST", "/").status, 405);
    assert_eq!(ask(&site, "GET", "/a/").status, 403);
    assert_eq!(ask(&site, "GET", "/../../etc/passwd").status, 400);
    assert_eq!(
        ask_with(&site, "GET", "/a", &[("host", "x:8080")]).header("location"),
        Some("http://x:8080/a/")
    );

    let page = ask(&site, "GET", "/?q=1");
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html")));
    assert_eq!(page.body, "<h1>hello</h1>");
    let head = ask(&site, "HEAD", "/index.html");
    assert_eq!((head.body.len(), head.header("content-length")), (0, Some("14")));
}

#[test]
fn validators_and_ranges_are_kept_to() {
    let folder = image(&[("usr/share/nginx/html/a.json", "0123456789")]);
    let site = site(folder.path());
    let whole = ask(&site, "GET", "/a.json");
    let tag = whole.header("etag").unwrap().to_owned();
    assert_eq!(ask_with(&site, "GET", "/a.json", &[("if-none-match", "\"other\"")]).status, 200);
    assert_eq!(ask_with(&site, "GET", "/a.json", &[("if-none-match", &tag)]).status, 304);
    assert_eq!(ask_with(&site, "GET", "/a.json", &[("range", "bytes=20-")]).status, 416);
    let part = ask_with(&site, "GET", "/a.json", &[("range", "bytes=2-4")]);
    assert_eq!((part.status, part.header("content-range")), (206, Some("bytes 2-4/10")));
    assert_eq!(part.body, "234");
    assert_eq!(ask_with(&site, "GET", "/a.json", &[("range", "bytes=-3")]).body, "789");
}

#[test]
fn an_unknown_directive_stops_the_start_with_nginxs_own_words() {
    let conf = "server {\n  listen 80;\n  serve_name x;\n}\n";
    let folder = image(&[("etc/nginx/conf.d/default.conf", conf)]);
    let refusal = Site::load(folder.path(), &[]).unwrap_err();
    assert_eq!(
        refusal,
        "nginx: [emerg] unknown directive \"serve_name\" in /etc/nginx/conf.d/default.conf:3"
    );
    let folder = image(&[("etc/nginx/conf.d/default.conf", "server {\n  listen 80;\n")]);
    assert!(Site::load(folder.path(), &[]).unwrap_err().contains("expecting \"}\""));
}

#[test]
fn a_configuration_is_carried_out() {
    let conf = r#"
        server {
            listen 80; listen [::]:80;
            root /usr/share/nginx/html;
            error_page 404 /404.html;
            add_header X-Level server always;
            location = /healthz { access_log off; default_type text/plain; return 200 "ok $request_method\n"; }
            location /old/ { return 301 /new$uri; }
            location /api/ { default_type application/json; add_header Cache-Control "no-store"; expires 1h; }
            location /app/ { try_files $uri $uri/ /index.html; }
            location /gone { return 410; }
        }
    "#;
    let folder = image(&[
        ("etc/nginx/conf.d/default.conf", conf),
        ("usr/share/nginx/html/index.html", "index"),
        ("usr/share/nginx/html/404.html", "not here"),
        ("usr/share/nginx/html/api/version", "{}"),
    ]);
    let site = site(folder.path());
    assert!(site.listens(80) && !site.listens(8080));
    let missing = ask(&site, "GET", "/none");
    assert_eq!((missing.status, missing.body.as_ref()), (404, b"not here".as_ref()));
    assert_eq!(missing.header("x-level"), Some("server"));
    let health = ask(&site, "GET", "/healthz");
    assert_eq!(
        (health.body.as_ref(), health.header("content-type")),
        (b"ok GET\n".as_ref(), Some("text/plain"))
    );
    assert_eq!(ask(&site, "GET", "/old/a").header("location"), Some("/new/old/a"));
    let api = ask(&site, "GET", "/api/version");
    assert_eq!((api.header("content-type"), api.header("x-level")), (Some("application/json"), None));
    assert_eq!(api.header("cache-control"), Some("no-store"));
    assert_eq!(ask(&site, "GET", "/app/any/where").body, "index");
    assert_eq!(ask(&site, "GET", "/gone").status, 410);
}

/// The site of these files with these variables, or why nginx does not start.
fn started(files: &[(&str, &str)], variables: &[(&str, &str)]) -> Result<Site, String> {
    let folder = image(files);
    let variables: Vec<_> =
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Site::load(folder.path(), &variables)
}

#[test]
fn a_whole_configuration_is_the_site_and_no_other() {
    let main = "user nginx;\nworker_processes auto;\nevents { worker_connections 1024; }\nhttp {\n  include \
                mime.types;\n  default_type text/plain;\n  server {\n    listen 80;\n    root /srv/page;\n  }\n}\n";
    let files = [
        ("etc/nginx/nginx.conf", main),
        ("srv/page/index.html", "mine"),
        ("usr/share/nginx/html/index.html", "nginx"),
        ("etc/nginx/conf.d/default.conf", "server { listen 81; }"),
    ];
    let site = started(&files, &[]).unwrap();
    assert_eq!(ask(&site, "GET", "/").body, "mine");
    assert!(!site.listens(81), "nothing includes conf.d");
    let with = main.replace("  server {", "  include conf.d/*.conf;\n  server {");
    let site = started(&[("etc/nginx/nginx.conf", &with), files[3]], &[]).unwrap();
    assert!(site.listens(80) && site.listens(81));
    let site = started(&[("etc/nginx/nginx.conf", "events {} http {}")], &[]).unwrap();
    assert!(!site.listens(80), "a configuration without a server listens nowhere");
}

#[test]
fn an_included_file_stands_where_it_is_named_and_is_told_by_its_own_line() {
    let main = "events {}\nhttp {\n  server { include /etc/nginx/snippets/headers.conf; return 200 x; }\n}\n";
    let header = ("etc/nginx/snippets/headers.conf", "add_header x-a b;");
    let site = started(&[("etc/nginx/nginx.conf", main), header], &[]).unwrap();
    assert_eq!(ask(&site, "GET", "/").header("x-a"), Some("b"));
    let broken = ("etc/nginx/snippets/headers.conf", "\nproxy_pass http://a;");
    assert_eq!(
        started(&[("etc/nginx/nginx.conf", main), broken], &[]).unwrap_err(),
        "nginx: [emerg] the sandbox does not carry out directive \"proxy_pass\" in /etc/nginx/snippets/headers.conf:2"
    );
    let missing = started(&[("etc/nginx/nginx.conf", main)], &[]).unwrap_err();
    assert!(missing.ends_with("there is no such file in /etc/nginx/nginx.conf:3"), "{missing}");
    let circle = ("etc/nginx/snippets/headers.conf", "include snippets/headers.conf;");
    assert!(
        started(&[("etc/nginx/nginx.conf", main), circle], &[]).unwrap_err().contains("include each other")
    );
}

#[test]
fn what_nginx_conf_cannot_hold_is_refused_with_its_line() {
    for (text, wanted) in [
        ("server { listen 80; }", "\"server\" directive is not allowed here in /etc/nginx/nginx.conf:1"),
        ("events {}\nstream {}", "does not carry out directive \"stream\" in /etc/nginx/nginx.conf:2"),
        ("events {}\nhttp { upstream a { server b; } }", "directive \"upstream\" in /etc/nginx/nginx.conf:2"),
        ("wörker 1;", "unknown directive \"wörker\" in /etc/nginx/nginx.conf:1"),
        (
            "events {}\nhttp {\n server { listen x; }\n}",
            "of the \"listen\" directive in /etc/nginx/nginx.conf:3",
        ),
    ] {
        let error = started(&[("etc/nginx/nginx.conf", text)], &[]).unwrap_err();
        assert!(error.contains(wanted), "{text}: {error}");
    }
}

#[test]
fn a_template_is_filled_with_the_variables_of_the_container() {
    let template = "server { listen ${PORT}; location / { return 200 '$WORD of $host ${NOT} $'; } }";
    let files = [("etc/nginx/templates/default.conf.template", template)];
    let error = started(&files, &[("WORD", "mine")]).unwrap_err();
    assert!(error.contains("invalid port in \"${PORT}\""), "{error}");
    let template = template.replace(" ${NOT} $", "");
    let files = [("etc/nginx/templates/default.conf.template", template.as_str())];
    let site = started(&files, &[("PORT", "8081"), ("WORD", "mine")]).unwrap();
    assert!(site.listens(8081) && !site.listens(80));
    let mut headers = HeaderMap::new();
    headers.insert("host", "a.example".parse().unwrap());
    let asked =
        Request { method: "GET", target: "/", headers: &headers, port: 8081, now: Timestamp::UNIX_EPOCH };
    assert_eq!(site.respond(&asked).body, "mine of a.example");
    // What a template makes takes the place of the file that was there.
    let both = [files[0], ("etc/nginx/conf.d/default.conf", "server { listen 80; }")];
    assert!(!started(&both, &[("PORT", "8081"), ("WORD", "w")]).unwrap().listens(80));
}
