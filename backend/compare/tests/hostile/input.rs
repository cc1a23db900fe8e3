//! The inputs: content type, content coding, what blue answers and what green answers.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};

pub(super) type Input = (&'static str, &'static str, Vec<u8>, Vec<u8>);

pub(super) fn of(name: &str) -> Input {
    markup(name).or_else(|| json(name)).or_else(|| other(name)).unwrap()
}

fn markup(name: &str) -> Option<Input> {
    Some(match name {
        "sixty_mebibytes_of_italics" => italics(7_864_320),
        "twenty_mebibytes_of_italics" => italics(2_600_000),
        // As text it fits, and as a tree it does not.
        "four_mebibytes_of_italics" => repeated("<i>x</i>", 4 << 20),
        "an_ordinary_pair_of_eight_mebibytes" => {
            let row = |it: usize| {
                format!(
                    "<tr class=\"row odd\"><td><a href=\"/item/{it}\">Item {it}</a></td><td>{it}.00</td></tr>\n"
                )
            };
            let page = |from: usize| (from..from + 83_000).map(row).collect::<String>().into_bytes();
            ("text/html", "", page(100_000), page(100_001))
        }
        "two_hundred_thousand_divs" => repeated("<div>", 1_000_000),
        "ruby_texts" => repeated("<rt>", 1_000_000),
        "italics_that_stay_open" => repeated("<i>", 1_000_000),
        "formats_made_anew" => {
            let formats = (0..500).map(|it| format!("<b a={it}>")).collect::<Vec<_>>().concat();
            twice("text/html", format!("{formats}{}", "<p>x".repeat(1_000_000)).into_bytes())
        }
        "tables_in_tables" => repeated("<table><tr><td>x<b>", 4_000_000),
        "pictures_in_markup" => repeated("<svg><g><foreignObject><math><mi>", 4_000_000),
        "a_million_attributes" => {
            let attributes = (0..1_000_000).map(|it| format!(" a{it}=1")).collect::<Vec<_>>().concat();
            twice("text/html", format!("<p{attributes}>").into_bytes())
        }
        "references" => repeated("&amp;&lt;&#x41;&notanentity;", 8 << 20),
        "nested_styles" => {
            twice("text/html", format!("<style>{}", "a{@media x{image-set(".repeat(200_000)).into_bytes())
        }
        "comments_and_nothing" => repeated("<!---->", 8 << 20),
        "another_charset" => {
            let page = |end: &str| "<\0p\0>\0\u{1}\u{4e}".repeat((10 << 20) / 8) + end;
            ("text/html; charset=utf-16le", "", page("").into_bytes(), page("x\0").into_bytes())
        }
        "a_picture_named_again_and_again" => {
            repeated("<img src=a.png><div style=\"background:url(a.png)\">x</div>", 4 << 20)
        }
        "data_in_addresses" => {
            let page = format!("<img src=\"data:image/png;base64,{}\">", "A".repeat(8 << 20));
            twice("text/html", page.into_bytes())
        }
        _ => return None,
    })
}

fn json(name: &str) -> Option<Input> {
    let kind = "application/json";
    Some(match name {
        "deep_json" => (kind, "", b"[".repeat(5_000_000), b"{\"a\":".repeat(1_000_000)),
        "wide_json" => {
            let list = |with: &str| format!("[{}{with}]", "1,".repeat(5_000_000)).into_bytes();
            (kind, "", list("1"), list("2"))
        }
        "packed_json" => {
            let list = |end: &str| packed("[", "{\"a\":[1,2,3],\"b\":{}},\n", 900_000, end);
            (kind, "gzip", list("1]"), list("2]"))
        }
        "keys_of_a_mebibyte" => {
            let list = |with: usize| {
                let members: Vec<_> = (0..10_000).map(|it| format!("\"{it}\":{}", it + with)).collect();
                format!("{{\"{}\":{{{}}}}}", "k".repeat(1 << 20), members.join(",")).into_bytes()
            };
            (kind, "", list(0), list(1))
        }
        _ => return None,
    })
}

fn other(name: &str) -> Option<Input> {
    let kind = "text/plain";
    let lines = |mark: &str, count: usize| -> Vec<u8> {
        (0..count).flat_map(|it| format!("{mark}{it}\n").into_bytes()).collect()
    };
    let filled = |text: &str| text.repeat((10 << 20) / text.len()).into_bytes();
    Some(match name {
        "entities_of_xml" => twice("text/xml", filled("<!ENTITY a \"&b;&b;&b;&b;\">")),
        "empty_lines" => (kind, "", b"\n".repeat(10 << 20), b"\n\r".repeat(5 << 20)),
        "a_million_differences" => (kind, "", lines("a", 1_000_000), lines("b", 1_000_000)),
        "differences_of_a_kilobyte" => {
            let long = "é".repeat(900);
            (kind, "", lines(&long, 5000), lines(&format!("x{long}"), 5000))
        }
        "one_line" => (kind, "", filled("a b,c;"), filled("a c,b;")),
        "a_bomb" => {
            let bomb = |text: &str| packed("", &text.repeat(1 << 20), 1000, "");
            (kind, "gzip", bomb("0"), bomb("1"))
        }
        "a_bomb_of_brotli" => {
            let bomb = |text: &str| {
                let mut out = brotli::CompressorWriter::new(Vec::new(), 4096, 5, 22);
                (0..200).for_each(|_| out.write_all(text.repeat(1 << 20).as_bytes()).unwrap());
                out.into_inner()
            };
            (kind, "br", bomb("0"), bomb("1"))
        }
        "large_pictures" => pictures(4096, 2048),
        "larger_pictures" => pictures(6144, 6144),
        "deep_pictures" => {
            let png = |shade: u16| {
                let mut out = std::io::Cursor::new(Vec::new());
                let picture: image::ImageBuffer<image::Rgba<u16>, _> =
                    image::ImageBuffer::from_pixel(4096, 2304, image::Rgba([shade; 4]));
                picture.write_to(&mut out, image::ImageFormat::Png).unwrap();
                out.into_inner()
            };
            ("image/png", "", png(1), png(60_000))
        }
        "a_picture_without_end" => {
            let (_, _, mut left, mut right) = pictures(8, 8);
            for png in [&mut left, &mut right] {
                // The width and the height of a PNG stand at bytes 16 to 24.
                png[16..24].copy_from_slice(&[0x3F; 8]);
            }
            ("image/png", "", left, right)
        }
        _ => return None,
    })
}

fn repeated(text: &str, bytes: usize) -> Input {
    twice("text/html", text.repeat(bytes / text.len()).into_bytes())
}

fn twice(kind: &'static str, body: Vec<u8>) -> Input {
    let mut other = body.clone();
    other.extend_from_slice(b"<p>1");
    (kind, "", body, other)
}

fn italics(count: usize) -> Input {
    let page = |end: &str| packed("", &"<i>x</i>".repeat(64), count / 64, end);
    ("text/html", "gzip", page(""), page("<p>1"))
}

/// Packed, of a text that need not be in memory.
fn packed(begin: &str, piece: &str, times: usize, end: &str) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::best());
    out.write_all(begin.as_bytes()).unwrap();
    for _ in 0..times {
        out.write_all(piece.as_bytes()).unwrap();
    }
    out.write_all(end.as_bytes()).unwrap();
    out.finish().unwrap()
}

fn pictures(width: u32, height: u32) -> Input {
    let png = |shade: u8| {
        let mut out = std::io::Cursor::new(Vec::new());
        let picture = image::GrayImage::from_pixel(width, height, image::Luma([shade]));
        picture.write_to(&mut out, image::ImageFormat::Png).unwrap();
        out.into_inner()
    };
    ("image/png", "", png(1), png(2))
}
