//! The summary as a page that needs nothing else: no script, no style from elsewhere.

use std::fmt::{self, Write as _};

use super::backend::Maker;
use super::counts::Counts;
use super::sketch::Sketch;
use super::summary::{Ranked, Tally};
use crate::features::catalogue;

/// Bars of a plot.
const BARS: usize = 40;
/// Sources that are shown; the document beside the page has all of them.
const SOURCES: usize = 50;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;\
color:#1b1b1b;background:#fff}h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2.5rem}\
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.2rem .8rem .2rem 0;border-bottom:1px solid #ddd;\
vertical-align:middle}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}svg{display:block}\
rect{fill:#2f6690}text{font-size:11px;fill:#555}.small{color:#555;font-size:.85rem}code{font-size:.9rem}\
@media(prefers-color-scheme:dark){body{color:#e6e6e6;background:#161616}td,th{border-color:#333}rect{fill:#81b1d5}\
text,.small{fill:#aaa;color:#aaa}}";

/// The page.
pub(super) fn page(tally: &Tally, counts: Counts, maker: &Maker) -> String {
    let mut page = String::new();
    // Writing into a string does not fail.
    let _ = write(&mut page, tally, counts, maker);
    page
}

fn write(page: &mut String, tally: &Tally, counts: Counts, maker: &Maker) -> fmt::Result {
    write!(
        page,
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Candor: summary</title>\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<style>{STYLE}</style>\n<h1>Reporting practice, {} articles</h1>\n\
         <p>{counts}.</p>\n<p class=\"small\">{}</p>\n",
        counts.read,
        crate::report::text::NOT_A_JUDGEMENT
    )?;
    writeln!(page, "<h2>Score</h2>")?;
    plot(page, tally.score(), Some((0.0, 1.0)), 640, 160)?;
    writeln!(page, "<table><tr><th>band<th class=\"n\">articles</tr>")?;
    for (name, count) in tally.bands() {
        writeln!(page, "<tr><td>{}<td class=\"n\">{count}</tr>", escaped(&plain(name, "BAND_")))?;
    }
    writeln!(page, "</table>\n<h2>Applicability</h2>\n<table><tr><th>kind<th class=\"n\">articles</tr>")?;
    for (name, count) in tally.applicability() {
        writeln!(page, "<tr><td>{}<td class=\"n\">{count}</tr>", escaped(&plain(name, "APPLICABILITY_")))?;
    }
    for (reason, count) in tally.reasons() {
        writeln!(page, "<tr><td>rejected: {}<td class=\"n\">{count}</tr>", escaped(&plain(reason, "")))?;
    }
    writeln!(page, "</table>\n<h2>Sub-scores</h2>")?;
    header(page)?;
    for (name, sketch) in tally.sub_scores() {
        row(page, name, "", sketch, Some((0.0, 1.0)))?;
    }
    writeln!(page, "</table>\n<h2>Features</h2>")?;
    header(page)?;
    for feature in catalogue() {
        if let Some(sketch) = tally.features().get(feature.id) {
            row(page, feature.id, feature.summary(), sketch, None)?;
        }
    }
    writeln!(page, "</table>")?;
    for (title, ranked) in [("Strongest", tally.strongest()), ("Weakest", tally.weakest())] {
        writeln!(page, "<h2>{title}</h2>\n<table><tr><th>article<th class=\"n\">score</tr>")?;
        for Ranked { id, score } in ranked {
            writeln!(page, "<tr><td>{}<td class=\"n\">{:.1}</tr>", escaped(id), score * 100.0)?;
        }
        writeln!(page, "</table>")?;
    }
    let sources = tally.sources();
    writeln!(page, "<h2>Sources</h2>\n<table><tr><th>source<th class=\"n\">scored<th class=\"n\">not applicable</tr>")?;
    for (name, scored, not_applicable) in sources.iter().take(SOURCES) {
        let name = if name.is_empty() { "(none given)" } else { name };
        writeln!(page, "<tr><td>{}<td class=\"n\">{scored}<td class=\"n\">{not_applicable}</tr>", escaped(name))?;
    }
    writeln!(page, "</table>")?;
    if sources.len() > SOURCES {
        writeln!(page, "<p class=\"small\">and {} more</p>", sources.len() - SOURCES)?;
    }
    writeln!(page, "<p class=\"small\">Made by Candor with {}.</p>\n</html>", escaped(&maker.to_string()))
}

fn header(page: &mut String) -> fmt::Result {
    writeln!(
        page,
        "<table><tr><th>name<th>distribution<th class=\"n\">5%<th class=\"n\">median<th class=\"n\">95%</tr>"
    )
}

fn row(page: &mut String, name: &str, summary: &str, sketch: &Sketch, range: Option<(f64, f64)>) -> fmt::Result {
    write!(page, "<tr><td><code>{}</code> <span class=\"small\">{}</span><td>", escaped(name), escaped(summary))?;
    plot(page, sketch, range, 240, 40)?;
    for percent in [5, 50, 95] {
        write!(page, "<td class=\"n\">{}", number(sketch.quantile(percent)))?;
    }
    writeln!(page, "</tr>")
}

/// Bars from the least to the greatest value, or over a range, with their ends below.
fn plot(page: &mut String, sketch: &Sketch, range: Option<(f64, f64)>, width: usize, height: usize) -> fmt::Result {
    let (low, high) = range.unwrap_or((sketch.least().unwrap_or(0.0), sketch.greatest().unwrap_or(0.0)));
    let bars = sketch.bars(low, high, BARS);
    let most = bars.iter().copied().max().unwrap_or(0).max(1) as f64;
    let wide = width as f64 / BARS as f64;
    write!(
        page,
        "<svg width=\"{width}\" height=\"{}\" role=\"img\"><title>{} articles</title>",
        height + 14,
        sketch.count()
    )?;
    for (at, count) in bars.iter().enumerate().filter(|(_, count)| **count > 0) {
        let tall = (*count as f64 / most * height as f64).max(1.0);
        write!(
            page,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{tall:.1}\"><title>{count}</title></rect>",
            at as f64 * wide,
            height as f64 - tall,
            wide - 1.0
        )?;
    }
    let (low, high) = (number(Some(low)), number(Some(high)));
    write!(
        page,
        "<text x=\"0\" y=\"{0}\">{low}</text><text x=\"{width}\" y=\"{0}\" text-anchor=\"end\">{high}</text></svg>",
        height + 12
    )
}

fn number(value: Option<f64>) -> String {
    match value {
        None => String::new(),
        Some(value) if value.abs() >= 1000.0 => format!("{value:.0}"),
        Some(value) => {
            let text = format!("{value:.3}");
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
    }
}

/// The name of an enum value, as people write it.
fn plain(name: &str, prefix: &str) -> String {
    name.strip_prefix(prefix).unwrap_or(name).to_lowercase().replace('_', " ")
}

/// Text of others inside a page.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
