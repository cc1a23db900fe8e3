//! Lists of addresses and sitemaps.

use super::{assert_remark, said};
use crate::{list, sitemap};

#[test]
fn a_list_with_a_mark_and_windows_line_ends_is_read() {
    assert_eq!(said(&list::import("\u{feff}/a\r\n/b\r\n")), ["GET /a", "GET /b"]);
}

#[test]
fn odd_lines_of_a_list_are_understood_or_named() {
    let list = list::import(
        "/a b\nget /c\nGET /d HTTP/1.1\n/e # remark\nhttps://shop.example\n/日本\nPOST /f\nDELETE   /g\n//h\n./i\nj\n",
    );
    let expected = [
        "GET /a%20b",
        "GET /c",
        "GET /d",
        "GET /e",
        "GET /",
        "GET /%E6%97%A5%E6%9C%AC",
        "POST /f",
        "DELETE /g",
    ];
    assert_eq!(said(&list), expected);
    assert_remark(&list, &["line 9", "without a scheme"]);
    assert_remark(&list, &["line 10; line 11", "neither a path"]);
    assert_remark(&list, &["line 1:", "` `", "escaped"]);
}

#[test]
fn addresses_that_are_not_of_http_are_named_with_their_line() {
    let list = list::import("# mine\n\nftp://a.b/d\nmailto:a@b\nHEAD /x\nhttps://a.b:8443/c?d=1#top\n/x\n/x");
    assert_eq!(said(&list), ["HEAD /x", "GET /c?d=1", "GET /x"]);
    assert_remark(&list, &["line 3", "`ftp`"]);
    assert_remark(&list, &["line 4", "neither"]);
    assert_remark(&list, &["the same", "once"]);
}

#[test]
fn a_list_that_names_several_hosts_says_so() {
    let list = list::import("https://a.example/x\nhttps://b.example/y\nhttps://b.example/../z/./w\n");
    assert_eq!(said(&list), ["GET /x", "GET /y", "GET /z/w"]);
    assert_remark(&list, &["2 hosts", "a.example (1)", "b.example (2)"]);
}

#[test]
fn a_sitemap_is_read_whatever_its_prefix_and_attributes() {
    let prefixed = "<?xml version=\"1.0\"?><s:urlset xmlns:s=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\
                    <s:url><s:loc>https://shop.example/a</s:loc></s:url></s:urlset>";
    assert_eq!(said(&sitemap::import(prefixed).unwrap()), ["GET /a"]);
    let attributes = "<urlset><url><loc xml:lang=\"en\">https://shop.example/a</loc></url><url><loc\n\
                      >https://shop.example/b</loc></url></urlset>";
    assert_eq!(said(&sitemap::import(attributes).unwrap()), ["GET /a", "GET /b"]);
    let written = "\u{feff}\n<urlset><url><loc><![CDATA[ https://a.b/x?a=1&b=2 ]]></loc></url>\
                   <url><loc>https://a.b/y?a=1&amp;b=&#50;</loc></url></urlset>";
    assert_eq!(said(&sitemap::import(written).unwrap()), ["GET /x?a=1&b=2", "GET /y?a=1&b=2"]);
}

#[test]
fn addresses_in_other_scripts_are_sent_as_browsers_send_them() {
    let map = "<urlset><url><loc>https://shop.example/町/茶</loc></url><url><loc>https://shop.example/caf%C3%A9</loc>\
               </url><url><loc>https://shop.example/a b</loc></url></urlset>";
    let map = sitemap::import(map).unwrap();
    assert_eq!(said(&map), ["GET /%E7%94%BA/%E8%8C%B6", "GET /caf%C3%A9", "GET /a%20b"]);
}

#[test]
fn pictures_and_translations_of_a_page_are_no_pages() {
    let map = "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
               xmlns:image=\"http://www.google.com/schemas/sitemap-image/1.1\"><url><loc>https://a.b/x</loc>\
               <image:image><image:loc>https://a.b/x.jpg</image:loc></image:image></url>\
               <url><lastmod>2026-01-01</lastmod></url><url><loc>/relative</loc></url></urlset>";
    let map = sitemap::import(map).unwrap();
    assert_eq!(said(&map), ["GET /x"]);
    assert_remark(&map, &["url 2", "no `loc`"]);
    assert_remark(&map, &["url 3", "no whole address"]);
}

#[test]
fn an_index_of_sitemaps_names_those_to_import() {
    let index = "<s:sitemapindex xmlns:s=\"http://www.sitemaps.org/schemas/sitemap/0.9\"><s:sitemap>\
                 <s:loc>https://shop.example/one.xml</s:loc></s:sitemap></s:sitemapindex>";
    let index = sitemap::import(index).unwrap();
    assert!(index.probes.is_empty());
    assert_remark(&index, &["index of 1", "https://shop.example/one.xml"]);
}

#[test]
fn what_is_no_sitemap_is_refused_with_its_place() {
    let error =
        sitemap::import("<urlset>\n<url><loc>https://a.b/x?a=1&b=2</loc></url></urlset>").unwrap_err();
    assert!(error.to_string().contains("not XML") && error.to_string().contains('2'), "{error}");
    assert!(sitemap::import("\u{1f}\u{8b}\u{8}").unwrap_err().to_string().contains("gunzip"));
    assert!(sitemap::import("<rss/>").unwrap_err().to_string().contains("`rss`"));
}

#[test]
fn a_thousand_pages_are_all_there() {
    let urls: Vec<_> = (0..1000).map(|it| format!("<url><loc>https://a.b/page/{it}</loc></url>")).collect();
    assert_eq!(sitemap::import(&format!("<urlset>{}</urlset>", urls.concat())).unwrap().probes.len(), 1000);
}
