//! `latency.hlog` and `latency.hgrm` by HdrHistogram's own JavaScript library.

use songsinh_reports::Lang;

use super::{node, written};

#[test]
fn hdr_histogram_js_reads_the_log_and_comes_to_the_same_percentiles() {
    for folder in written(Lang::En) {
        let (log, table) = (folder.path().join("latency.hlog"), folder.path().join("latency.hgrm"));
        let summary = folder.path().join("summary.json");
        let install = "npm_peer hdr-histogram-js 3.0.1";
        let said = node("histograms.js", "hdr-histogram-js", install, &[&log, &table, &summary]);
        let read: serde_json::Value = serde_json::from_str(&said).unwrap();
        assert!(read["calls"].as_u64().unwrap() >= 480, "{read}");
        assert_eq!(read["tags"], 3, "{read}");
        assert!(read["rows"].as_u64().unwrap() > 20, "{read}");
    }
}
