//! Texts that are made to cost more than they may: none ends the process, and each says what was left out.

use crate::{har, list, openapi, sitemap};

#[test]
fn what_nests_without_end_is_refused_and_ends_nothing() {
    for deep in [80, 99, 250, 3_000, 50_000] {
        for (open, close) in [("{a: ", "}"), ("[", "]"), ("? ", ""), ("- ", ""), ("!!map {a: ", "}")] {
            let nested = format!("{}{}", open.repeat(deep), close.repeat(deep));
            for text in
                [format!("openapi: 3.0.0\nx: {nested}\n"), format!("openapi: 3.0.0\nx:\n  {nested}\n")]
            {
                assert!(openapi::import(&text).is_err(), "{deep} of {open}");
            }
        }
        let lines: Vec<_> = (0..deep.min(3_000)).map(|it| " ".repeat(it) + "a:").collect();
        let maps = lines.join("\n");
        assert!(openapi::import(&maps).is_err());
        assert!(har::import(&format!("{{\"log\":{}", "[".repeat(deep))).is_err());
        assert!(sitemap::import(&format!("<urlset>{}", "<a>".repeat(deep))).is_err());
    }
}

#[test]
fn aliases_that_stand_for_millions_are_refused() {
    let names: Vec<char> = ('a'..='j').collect();
    let nine = |it: String| vec![it; 9].join(",");
    let line = |pair: &[char]| format!("{}: &{} [{}]", pair[1], pair[1], nine(format!("*{}", pair[0])));
    let lines = names.windows(2).map(line).collect::<Vec<_>>().join("\n");
    let text = format!("openapi: 3.0.0\na: &a [{}]\n{lines}\npaths: {{}}\n", nine("x".to_owned()));
    assert!(text.len() < 1_000 && openapi::import(&text).is_err());
}

#[test]
fn a_suite_has_so_many_probes_and_the_rest_is_counted() {
    let many: Vec<_> = (0..20_000).map(|it| format!("/{it}")).collect();
    let imported = list::import(&many.join("\n"));
    assert_eq!(imported.probes.len(), 1_000);
    assert!(
        imported
            .remarks
            .contains(&"A suite has 1000 probes at most; 19000 more requests are left out.".to_owned())
    );
    let odd = list::import(&"no path\n".repeat(20_000));
    assert!(odd.remarks.len() == 1 && odd.remarks[0].len() < 2_000, "{:?}", odd.remarks);
    assert!(odd.remarks[0].contains("; and 19900 more:"), "{:?}", odd.remarks);
    let same = list::import(&"/a\nhttp://shop.example/a\n".repeat(10_000));
    assert_eq!((same.probes.len(), same.remarks.len()), (1, 1), "{:?}", same.remarks);
}
