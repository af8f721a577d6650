//! `report.html` in a real browser without a network: on a desk, on a phone, on paper, in both languages.

use std::process::Command;

use songsinh_reports::Lang;

use super::{node, peer, said, written};

const INSTALL: &str = "npm_peer puppeteer-core 24.43.1, need chromium chromium";

#[test]
fn chromium_shows_and_prints_the_page_without_asking_anybody() {
    for lang in Lang::ALL {
        for (folder, verdict) in written(lang).iter().zip([lang.say("FAIL", "KHÔNG ĐẠT"), lang.say("PASS", "ĐẠT")])
        {
            let (page, print) = (folder.path().join("report.html"), folder.path().join("report.pdf"));
            let text = node("browser.js", "puppeteer-core", INSTALL, &[&page, &print]);
            let seen: serde_json::Value = serde_json::from_str(&text).unwrap();
            assert_eq!(seen["complaints"], serde_json::json!([]), "{lang}");
            assert_eq!(seen["requests"], serde_json::json!([]), "{lang}");
            assert_eq!(seen["lang"], lang.tag());
            for width in ["1280", "390"] {
                let shown = &seen["widths"][width];
                let (wide, room) = (shown["scroll_width"].as_u64().unwrap(), shown["inner_width"].as_u64().unwrap());
                assert!(wide <= room, "{lang}: {wide} px of text on {width} px: {}", shown["widest"]);
                let first = shown["first_screen"].as_str().unwrap();
                assert!(first.contains(verdict), "{lang}, {width} px: «{verdict}» is not on the first screen: {first}");
                assert!(shown["height"].as_u64().unwrap() > 500, "{shown}");
            }
            let info = said(&peer(Command::new("pdfinfo").arg(&print), "need pdfinfo poppler-utils"));
            let field =
                |name: &str| info.lines().find_map(|line| line.strip_prefix(name)).map(str::trim).unwrap_or_default();
            let pages: u32 = field("Pages:").parse().unwrap();
            assert!((1..=30).contains(&pages), "{info}");
            assert!(field("Page size:").contains("A4"), "{info}");
            let words = said(&peer(Command::new("pdftotext").arg(&print).arg("-"), "need pdfinfo poppler-utils"));
            assert!(words.contains(verdict), "«{verdict}» is not printed: {words}");
        }
    }
}
