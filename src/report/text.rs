//! A report as a page for the terminal.

use anstyle::{AnsiColor, Style};
use hashbrown::HashMap;

use super::{Applicability, Band, Evidence, Field, Options, Place, Report, View, Voice, reason, view};
use crate::article::Article;
use crate::features::{Direction, FEATURES, Feature};
use crate::model::floor;
use crate::model::predict::{BIAS, FLOOR_EFFECT};
use crate::model::register::REGISTER;

/// What every page says, for a number alone is easily taken for more than it is.
pub const NOT_A_JUDGEMENT: &str = "This measures observable reporting practice in the text as sent. \
                                   It is not a judgement of truth.";

/// Evidence on a page, unless the reader asks for more.
const FEW: usize = 6;

/// Of one feature among these, so that the reader sees what kinds of marks there are.
const FEW_PER_FEATURE: usize = 2;

/// Features on each side of the balance.
const FEATURES_A_SIDE: usize = 4;

/// Patterns of the register that are named.
const PATTERNS: usize = 3;

/// Cells of a full bar.
const BAR: usize = 20;

/// Characters of a quote.
const QUOTE: usize = 90;

/// A contribution that would print as 0.00.
const NOTHING: f64 = 0.005;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// The page of one report. `name` is what the reader calls the article.
#[must_use]
pub fn render(name: &str, report: &Report, article: &Article<'_>, options: Options, colour: bool) -> String {
    let mut page = Page { out: String::new(), colour };
    page.heading(&printable(name));
    page.verdict(report);
    // What is found in another language, or where there are no sentences, is found by chance.
    if !matches!(report.applicability, Applicability::NotEnglish | Applicability::NotProse) {
        page.sub_scores(report);
        page.evidence(report, article, options);
        page.balance(report);
    }
    page.line("");
    let note = page.styled(DIM, NOT_A_JUDGEMENT);
    page.line(&note);
    page.out
}

/// Text of unknown origin, safe to print on one line: white space becomes single spaces, and what a
/// terminal would obey instead of print (controls, changes of writing direction) is replaced.
#[must_use]
pub fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().map(|c| if obeyed(c) { char::REPLACEMENT_CHARACTER } else { c }));
    }
    out
}

fn obeyed(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The words of a quote, cut between words where they are many.
fn trimmed(quote: &str) -> String {
    // Four times as many characters are enough for any quote whose white space is not mostly runs.
    let head: String = quote.chars().take(QUOTE * 4).collect();
    let cut_early = head.len() < quote.len();
    let words = printable(&head);
    let Some((limit, _)) = words.char_indices().nth(QUOTE) else {
        return if cut_early { format!("{words} ...") } else { words };
    };
    let head = words.get(..limit).unwrap_or_default();
    let cut = head.rfind(' ').unwrap_or(limit);
    format!("{} ...", head.get(..cut).unwrap_or_default())
}

/// A share as the number that people read.
fn hundred(share: f64) -> f64 {
    (share * 100.0).round()
}

/// What a piece of evidence says of the article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bearing {
    Fault,
    Merit,
    /// Neither: the words of somebody else, a date, a rounded number.
    Note,
}

impl Bearing {
    fn of(piece: &Evidence) -> Self {
        let higher = |feature: &Feature| feature.id == piece.feature_id && feature.direction == Direction::Higher;
        if piece.severity > 0.0 {
            Bearing::Fault
        } else if FEATURES.iter().any(higher) {
            Bearing::Merit
        } else {
            Bearing::Note
        }
    }

    const fn mark(self) -> char {
        match self {
            Bearing::Fault => '-',
            Bearing::Merit => '+',
            Bearing::Note => ' ',
        }
    }
}

/// "14 faults, 1 merit, 20 notes".
fn tally(evidence: &[Evidence]) -> String {
    let bearings: Vec<Bearing> = evidence.iter().map(Bearing::of).collect();
    let counted =
        [(Bearing::Fault, "fault"), (Bearing::Merit, "merit"), (Bearing::Note, "note")].map(|(kind, name)| {
            let count = bearings.iter().filter(|bearing| **bearing == kind).count();
            (count > 0).then(|| format!("{count} {name}{}", if count == 1 { "" } else { "s" }))
        });
    counted.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

struct Page {
    out: String,
    colour: bool,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }

    fn styled(&self, style: Style, text: &str) -> String {
        if self.colour { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    fn heading(&mut self, text: &str) {
        let heading = self.styled(BOLD, text);
        self.line(&heading);
    }

    fn verdict(&mut self, report: &Report) {
        let Some(verdict) = &report.verdict else {
            let why = match report.applicability {
                Applicability::Ok => "no score",
                Applicability::TooShort => "too short to score",
                Applicability::NotEnglish => "not in English",
                Applicability::NotProse => "not running prose",
                Applicability::NotNews => "not a news article",
            };
            let why = self.styled(BOLD, why);
            self.line(&format!("  {why}: {}", printable(&report.applicability_reason)));
            return;
        };
        let (colour, band) = match verdict.band {
            Band::Low => (AnsiColor::Red, "low"),
            Band::Mixed => (AnsiColor::Yellow, "mixed"),
            Band::High => (AnsiColor::Green, "high"),
        };
        let style = Style::new().bold().fg_color(Some(colour.into()));
        let score = self.styled(style, &format!("{} of 100, {band}", hundred(verdict.score)));
        self.line(&format!(
            "  {score} (90% interval {} to {}; confidence {} of 100)",
            hundred(verdict.low),
            hundred(verdict.high),
            hundred(report.confidence),
        ));
        for caution in &report.cautions {
            self.line(&format!("  caution: {}", caution.message()));
        }
    }

    fn sub_scores(&mut self, report: &Report) {
        if report.sub_scores.is_empty() {
            return;
        }
        self.line("");
        for sub_score in &report.sub_scores {
            let name = sub_score.id.replace('_', " ");
            let Some(score) = sub_score.score else {
                self.line(&format!("  {name:<20} {:<BAR$}   -", "nothing to measure"));
                continue;
            };
            let filled = (0..BAR).filter(|&cell| (cell as f64 + 0.5) / (BAR as f64) < score).count();
            let bar = format!("{}{}", "#".repeat(filled), ".".repeat(BAR - filled));
            self.line(&format!("  {name:<20} {bar} {:>3}", hundred(score)));
        }
    }

    fn evidence(&mut self, report: &Report, article: &Article<'_>, options: Options) {
        let all = &report.evidence;
        let chosen = view::choose(all, options.view, options.max_evidence).evidence;
        let mut shown = view::by_severity(chosen);
        if options.view == View::Basic && options.max_evidence.is_none() {
            let mut seen: HashMap<&str, usize> = HashMap::new();
            shown.retain(|piece| {
                let count = seen.entry(piece.feature_id).or_default();
                *count += 1;
                *count <= FEW_PER_FEATURE
            });
            shown.truncate(FEW);
        }
        if shown.is_empty() {
            return;
        }
        self.line("");
        let shown_of_all = if shown.len() == all.len() { String::new() } else { format!("{} of ", shown.len()) };
        self.heading(&format!("Evidence ({shown_of_all}{}: {})", all.len(), tally(all)));
        let lines = Lines::new(article.text);
        for piece in shown {
            self.piece(piece, article, &lines);
        }
    }

    fn piece(&mut self, piece: &Evidence, article: &Article<'_>, lines: &Lines) {
        let place = lines.place(piece.place);
        let quoted = match piece.voice {
            Voice::Own => "",
            Voice::Quoted => ", quoted",
        };
        let mark = self.styled(DIM, &format!("[{}{quoted}]", piece.feature_id));
        self.line(&format!("{} {place}: {} {mark}", Bearing::of(piece).mark(), printable(&piece.message)));
        let words = trimmed(piece.place.words(article).unwrap_or_default());
        if !words.is_empty() {
            self.line(&format!("      > {words}"));
        }
        if let Some(related) = piece.related {
            let words = trimmed(related.words(article).unwrap_or_default());
            self.line(&format!("      = {}: {words}", lines.place(related)));
        }
    }

    fn balance(&mut self, report: &Report) {
        let mut weighed: Vec<(f64, &str, String)> = report
            .features
            .iter()
            .filter_map(|feature| {
                Some((feature.contribution?, feature.id(), reason::sentence(feature).unwrap_or_default()))
            })
            .chain(report.verdict.iter().flat_map(|verdict| &verdict.terms).map(|term| {
                let why = match term.id {
                    REGISTER => register(report),
                    FLOOR_EFFECT => {
                        let broken =
                            floor::broken_ones(&report.sub_scores).map(|sub_score| sub_score.id.replace('_', " "));
                        format!("Broken, as in hardly any ordinary news: {}.", broken.collect::<Vec<_>>().join(", "))
                    }
                    _ => String::new(),
                };
                (term.value, term.id, why)
            }))
            .filter(|(weight, id, _)| weight.abs() >= NOTHING && *id != BIAS)
            .collect();
        weighed.sort_by(|one, two| two.0.abs().total_cmp(&one.0.abs()));
        for (title, sign) in [("Raises the score", 1.0), ("Lowers the score", -1.0)] {
            let side: Vec<_> = weighed.iter().filter(|(weight, ..)| weight * sign > 0.0).collect();
            if side.is_empty() {
                continue;
            }
            self.line("");
            self.heading(title);
            for (weight, id, why) in side.into_iter().take(FEATURES_A_SIDE) {
                let mark = self.styled(DIM, &format!("[{id}]"));
                let blank = if why.is_empty() { "" } else { " " };
                self.line(&format!("  {weight:+.2}  {why}{blank}{mark}"));
            }
        }
    }
}

/// What the register is, and the patterns that weigh most in it.
fn register(report: &Report) -> String {
    let strongest = report.register.iter().flat_map(|register| &register.strongest).take(PATTERNS);
    let named: Vec<String> =
        strongest.map(|found| format!("`{}` {:+.2}", printable(&found.pattern), found.contribution)).collect();
    let most = if named.is_empty() { String::new() } else { format!("; most of all {}", named.join(", ")) };
    let rank = report.register.as_ref().map(|register| {
        format!(
            " (closer to good practice than {:.0}% of ordinary news)",
            100.0 * register.percentile.clamp(0.01, 0.99)
        )
    });
    format!("How it is written: common words, and the shapes of all others{}{most}.", rank.unwrap_or_default())
}

/// Where the lines of a text begin.
struct Lines(Vec<usize>);

impl Lines {
    fn new(text: &str) -> Self {
        Lines(text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n').map(|(at, _)| at).collect())
    }

    /// What a reader calls a place.
    fn place(&self, place: Place) -> String {
        match place.field {
            Field::Title => "title".to_owned(),
            Field::Text => format!("line {}", self.number(place.span.start())),
        }
    }

    /// The number of the line that holds `byte`, from 1.
    fn number(&self, byte: u32) -> usize {
        self.0.partition_point(|&end| end < byte as usize) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::FEATURES;
    use crate::report::{RegisterReport, fixture};

    fn page(options: Options, colour: bool) -> String {
        render("a.txt", &fixture::report(), &fixture::article(), options, colour)
    }

    #[test]
    fn the_register_is_placed_among_ordinary_news() {
        let mut report = fixture::report();
        let told = |report: &Report, percentile: f64| {
            let found = RegisterReport { contribution: -0.5, percentile, strongest: Vec::new() };
            register(&Report { register: Some(found), ..report.clone() })
        };
        assert!(told(&report, 0.2).contains("(closer to good practice than 20% of ordinary news)"));
        assert!(told(&report, 1.0).contains("than 99% of"), "the reference is a sample");
        report.register = None;
        assert_eq!(register(&report), "How it is written: common words, and the shapes of all others.");
    }

    #[test]
    fn a_page_reads_like_this() {
        let [zero, one, two, three] = [0, 1, 2, 3].map(|index| FEATURES[index].id);
        let expected = format!(
            "\
a.txt
  38 of 100, mixed (90% interval 20 to 60; confidence 40 of 100)
  caution: The text is short, so that a sentence more or less may change the score.
  caution: The text seems to break off, and sources may be in the part that is missing.

  support              ########............  42
  headline fit         nothing to measure     -

Evidence (4: 4 faults)
- line 4: A source with no description. [{one}]
      > A source
- line 2: Nobody in particular says this. [{zero}]
      > Critics say the levy will \u{fffd}[31mruin everyone.
- title: A loaded word in the title. [{three}, quoted]
      > furious
- line 1: A loaded word in a quotation. [{two}, quoted]
      > a disgrace

Raises the score
  +0.75  About as many words of caution as in the middle of ordinary news; no standard says which is better. [{zero}]

Lowers the score
  -1.25  About as many rounded numbers as in the middle of ordinary news; no standard says which is better. [{one}]

This measures observable reporting practice in the text as sent. It is not a judgement of truth.
"
        );
        assert_eq!(page(Options::default(), false), expected);
    }

    #[test]
    fn colour_changes_nothing_but_colour() {
        let coloured = page(Options::default(), true);
        assert!(coloured.contains("\u{1b}["));
        let mut plain = String::new();
        let mut rest = coloured.as_str();
        while let Some((before, after)) = rest.split_once('\u{1b}') {
            plain.push_str(before);
            rest = after.split_once('m').unwrap().1;
        }
        plain.push_str(rest);
        assert_eq!(plain, page(Options::default(), false));
    }

    #[test]
    fn a_number_of_marks_that_was_asked_for_is_kept() {
        let options = Options { max_evidence: Some(1), ..Options::default() };
        let page = page(options, false);
        assert!(page.contains("Evidence (1 of 4: 4 faults)"), "{page}");
        assert!(page.contains("A source with no description"), "{page}");
        assert!(!page.contains("furious"), "{page}");
    }

    #[test]
    fn a_report_without_a_score_says_why() {
        let mut report = fixture::report();
        report.verdict = None;
        report.applicability = Applicability::NotProse;
        report.applicability_reason = "It is a table.".to_owned();
        let page = render("a.txt", &report, &fixture::article(), Options::default(), false);
        assert!(page.contains("  not running prose: It is a table.\n"), "{page}");
        assert!(!page.contains("Evidence") && !page.contains("support"), "what chance finds is not shown: {page}");
        assert!(page.ends_with(&format!("{NOT_A_JUDGEMENT}\n")));
    }

    #[test]
    fn nothing_that_a_terminal_obeys_gets_through() {
        assert_eq!(printable(" a\tb\r\n\u{2028}c "), "a b c");
        assert_eq!(printable("x\u{1b}[2Jy\u{7}\0\u{9b}\u{202e}"), "x\u{fffd}[2Jy\u{fffd}\u{fffd}\u{fffd}\u{fffd}");
        assert_eq!(printable("caf\u{e9} \u{201c}x\u{201d} \u{1F600}"), "caf\u{e9} \u{201c}x\u{201d} \u{1F600}");
    }

    #[test]
    fn long_quotes_are_cut_between_words() {
        assert_eq!(trimmed("short  one"), "short one");
        let long = trimmed(&"word ".repeat(100));
        assert!(long.ends_with("word ..."), "{long}");
        assert!(long.chars().count() <= QUOTE + 4, "{long}");
        let one_word = trimmed(&"\u{e9}".repeat(500));
        assert_eq!(one_word.chars().count(), QUOTE + 4);
        let exact = "\u{e9}".repeat(QUOTE);
        assert_eq!(trimmed(&exact), exact);
        assert_eq!(trimmed(""), "");
    }
}
