//! Elements and attributes that are known to do nothing but be shown.

/// What becomes of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Kept,
    /// Its children are kept.
    Unwrapped,
    /// It is left out with all that is in it, under this name.
    LeftOut(&'static str),
}

const HTML: &str = "http://www.w3.org/1999/xhtml";
const SVG: &str = "http://www.w3.org/2000/svg";

const KEPT: &[&str] = &[
    "a",
    "abbr",
    "acronym",
    "address",
    "area",
    "article",
    "aside",
    "b",
    "bdi",
    "bdo",
    "big",
    "blockquote",
    "body",
    "br",
    "button",
    "canvas",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "data",
    "datalist",
    "dd",
    "del",
    "details",
    "dfn",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "em",
    "fieldset",
    "figcaption",
    "figure",
    "font",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hgroup",
    "hr",
    "html",
    "i",
    "img",
    "input",
    "ins",
    "kbd",
    "label",
    "legend",
    "li",
    "link",
    "main",
    "map",
    "mark",
    "menu",
    "meter",
    "nav",
    "ol",
    "optgroup",
    "option",
    "output",
    "p",
    "picture",
    "pre",
    "progress",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "search",
    "section",
    "select",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "video",
    "wbr",
];

/// Left out whole, under the name that a person reads.
const LEFT_OUT: &[(&str, &str)] = &[
    ("applet", "plug-in"),
    ("audio", "sound"),
    ("base", "base address"),
    ("embed", "plug-in"),
    ("fencedframe", "frame"),
    ("frame", "frame"),
    ("frameset", "frame"),
    ("iframe", "frame"),
    ("meta", "meta element"),
    ("noembed", "fallback"),
    ("noframes", "fallback"),
    ("noscript", "fallback"),
    ("object", "plug-in"),
    ("plaintext", "unknown element"),
    ("portal", "frame"),
    ("script", "script"),
    ("template", "template"),
    ("track", "sound"),
    ("xmp", "unknown element"),
];

const OF_PICTURES: &[&str] = &[
    "circle",
    "clipPath",
    "defs",
    "desc",
    "ellipse",
    "g",
    "image",
    "line",
    "linearGradient",
    "marker",
    "mask",
    "path",
    "pattern",
    "polygon",
    "polyline",
    "radialGradient",
    "rect",
    "stop",
    "svg",
    "symbol",
    "text",
    "textPath",
    "tspan",
    "use",
];

const ATTRIBUTES: &[&str] = &[
    "abbr",
    "align",
    "alt",
    "bgcolor",
    "border",
    "cellpadding",
    "cellspacing",
    "checked",
    "class",
    "clear",
    "color",
    "cols",
    "colspan",
    "datetime",
    "dir",
    "disabled",
    "face",
    "for",
    "headers",
    "height",
    "hidden",
    "high",
    "id",
    "inert",
    "kind",
    "label",
    "lang",
    "low",
    "max",
    "maxlength",
    "media",
    "min",
    "multiple",
    "noshade",
    "nowrap",
    "open",
    "optimum",
    "placeholder",
    "readonly",
    "required",
    "reversed",
    "role",
    "rows",
    "rowspan",
    "rules",
    "scope",
    "selected",
    "shape",
    "size",
    "sizes",
    "span",
    "start",
    "step",
    "summary",
    "title",
    "translate",
    "type",
    "valign",
    "value",
    "vspace",
    "hspace",
    "width",
    "wrap",
];

const PICTURE_ATTRIBUTES: &[&str] = &[
    "class",
    "clip-path",
    "clip-rule",
    "clipPathUnits",
    "color",
    "cx",
    "cy",
    "d",
    "dx",
    "dy",
    "fill",
    "fill-opacity",
    "fill-rule",
    "font-family",
    "font-size",
    "font-style",
    "font-weight",
    "fx",
    "fy",
    "gradientTransform",
    "gradientUnits",
    "height",
    "id",
    "letter-spacing",
    "marker-end",
    "marker-mid",
    "marker-start",
    "markerHeight",
    "markerUnits",
    "markerWidth",
    "mask",
    "maskContentUnits",
    "maskUnits",
    "offset",
    "opacity",
    "orient",
    "overflow",
    "patternContentUnits",
    "patternTransform",
    "patternUnits",
    "points",
    "preserveAspectRatio",
    "r",
    "refX",
    "refY",
    "role",
    "rx",
    "ry",
    "spreadMethod",
    "startOffset",
    "stop-color",
    "stop-opacity",
    "stroke",
    "stroke-dasharray",
    "stroke-dashoffset",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-miterlimit",
    "stroke-opacity",
    "stroke-width",
    "text-anchor",
    "transform",
    "viewBox",
    "visibility",
    "width",
    "x",
    "x1",
    "x2",
    "y",
    "y1",
    "y2",
];

/// Elements that hold nothing.
const VOID: &[&str] = &["area", "br", "col", "hr", "img", "input", "link", "source", "wbr"];

pub(super) fn is_picture(namespace: &str) -> bool {
    namespace == SVG
}

pub(super) fn fate(namespace: &str, name: &str) -> Fate {
    if namespace == SVG {
        return if OF_PICTURES.contains(&name) { Fate::Kept } else { Fate::LeftOut("part of a picture") };
    }
    if namespace != HTML {
        return Fate::LeftOut("formula");
    }
    if let Some((_, what)) = LEFT_OUT.iter().find(|(known, _)| *known == name) {
        return Fate::LeftOut(what);
    }
    if KEPT.contains(&name) || is_custom(name) { Fate::Kept } else { Fate::Unwrapped }
}

/// An element of the page's own: without scripts it is an empty name that style sheets may speak of.
fn is_custom(name: &str) -> bool {
    name.contains('-')
        && name.starts_with(|it: char| it.is_ascii_lowercase())
        && name.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-')
        && !matches!(name, "annotation-xml" | "color-profile" | "font-face" | "missing-glyph")
}

pub(super) fn is_void(name: &str) -> bool {
    VOID.contains(&name)
}

/// Whether an attribute is kept as it is. Those with addresses and styles are not among them.
pub(super) fn keeps(namespace: &str, name: &str) -> bool {
    if namespace == SVG {
        return PICTURE_ATTRIBUTES.contains(&name) || is_described(name);
    }
    ATTRIBUTES.contains(&name) || is_described(name)
}

/// For style sheets and screen readers.
fn is_described(name: &str) -> bool {
    let rest = name.strip_prefix("data-").or_else(|| name.strip_prefix("aria-"));
    rest.is_some_and(|rest| {
        !rest.is_empty()
            && rest.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || b"-_.".contains(&it))
    })
}
