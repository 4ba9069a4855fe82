//! The headline: whether it shouts or teases, and whether the body bears it out.

use crate::classify::{Sample, Task, classifier};
use crate::lexicon::{CueClass, word};
use crate::report::{Place, Voice};
use crate::text::{ByteSpan, Document, Headline, KeySet, Sentence, Token, TokenKind, form};

use super::margin::Margin;
use super::repetition::is_content;

/// Body words in which the headline's words are looked for.
const OVERLAP_WORDS: usize = 200;
/// Shorter words are no sign of shouting: initials and articles are often upper case.
const SHOUTED_LETTERS: u32 = 4;
/// A headline wholly in capitals is a house style.
const HOUSE_STYLE_SHARE: f64 = 0.8;

/// What the headline shows.
#[derive(Debug, Default)]
pub struct HeadlineFit {
    pub words: u32,
    /// Share of longer words in capitals, plus exclamation and question marks; absent for house style.
    pub shouting: Option<f64>,
    /// Share of content words that stand in the first words of the body; absent without any.
    pub overlap: Option<f64>,
    pub content_words: u32,
    /// How many of five ways of teasing it uses.
    pub teases: u32,
    /// How sure the classifier is that it teases, 0..1; absent below four words.
    pub clickbait: Option<f64>,
    /// Whether it states as fact what the body makes conditional or doubtful; absent where no sentence of
    /// the body says what it says.
    pub certainty_gap: Option<bool>,
}

/// Below so many words the classifier has nothing to go by.
const CLASSIFIED_WORDS: u32 = 4;
/// Body sentences in which the headline's statement is looked for.
const STATEMENT_SENTENCES: usize = 15;
/// A sentence says what the headline says if it has this share of its content words, and at least so many.
const STATEMENT_SHARE: f64 = 0.5;
const STATEMENT_WORDS: usize = 3;

/// Reads the headline.
#[must_use]
pub fn detect(document: &Document<'_>, margin: &mut Margin) -> HeadlineFit {
    let Some(headline) = &document.headline else {
        return HeadlineFit::default();
    };
    let mut fit = HeadlineFit {
        words: headline.tokens.iter().filter(|token| token.counts()).count() as u32,
        ..HeadlineFit::default()
    };
    let place = |span: ByteSpan| Place { field: headline.field, span };
    let (mut long, mut shouted, mut marks) = (0u32, Vec::new(), 0u32);
    for token in &headline.tokens {
        match token.kind {
            TokenKind::Word if token.end - token.start >= SHOUTED_LETTERS => {
                long += 1;
                // "NATO" and "COVID-19" are names, known or with a digit.
                let acronym =
                    token.has(word::METONYM | word::ORGANISATION_NOUN) || token.is(form::DIGIT | form::DOTTED);
                if token.is(form::ALL_CAPS) && !acronym {
                    shouted.push(token.span());
                }
            }
            TokenKind::Exclamation | TokenKind::Question => {
                marks += 1;
                margin.mark_at(
                    "headline_shouting",
                    place(token.span()),
                    Voice::Own,
                    0.4,
                    "A headline that exclaims or asks.",
                );
            }
            _ => {}
        }
    }
    let share = if long == 0 { 0.0 } else { shouted.len() as f64 / f64::from(long) };
    if share <= HOUSE_STYLE_SHARE || long < 3 {
        fit.shouting = Some(share + f64::from(marks));
        for span in shouted {
            margin.mark_at("headline_shouting", place(span), Voice::Own, 0.4, "A word of the headline in capitals.");
        }
    }
    overlap(document, &mut fit, margin);
    fit.teases = teases(headline, margin);
    if fit.words >= CLASSIFIED_WORDS {
        // A headline shows no capitals to the classifier, and no cues: it was fitted without them.
        let sample = Sample { tokens: &headline.tokens, cues: &[], cased: false };
        fit.clickbait = Some(classifier(Task::Clickbait).probability(&sample));
    }
    fit.certainty_gap = certainty_gap(document, headline);
    if fit.certainty_gap == Some(true) {
        margin.mark_at(
            "headline_certainty_gap",
            place(headline.span),
            Voice::Own,
            0.5,
            "The headline states as a fact what the body makes conditional or doubtful.",
        );
    }
    fit
}

/// How many ways of teasing the headline uses, each marked once: what is to come is withheld, a numbered
/// list, a superlative, a question, an address to the reader.
fn teases(headline: &Headline, margin: &mut Margin) -> u32 {
    static POINTERS: KeySet<4> = KeySet::new(["this", "these", "here", "why"]);
    static LIST_OPENERS: KeySet<4> = KeySet::new(["these", "those", "top", "the"]);
    let tokens = &headline.tokens;
    let cue = |class: CueClass| headline.cues.iter().find(|cue| cue.class == class);
    let span = |first: usize, end: usize| match (tokens.get(first), tokens.get(end.saturating_sub(1))) {
        (Some(first), Some(last)) => ByteSpan::new(first.start, last.end),
        _ => ByteSpan::default(),
    };
    let of_cue = |class: CueClass| cue(class).map(|cue| span(cue.first as usize, cue.end as usize));
    let first_word = tokens.iter().position(Token::counts);
    // "This is why": the headline points to what only the page will show.
    let pointer = first_word.filter(|&at| {
        tokens.get(at).is_some_and(|token| POINTERS.contains(&token.key))
            && !matches!(tokens.last(), Some(token) if token.kind == TokenKind::Question)
    });
    let numbered = tokens.iter().enumerate().take(8).position(|(at, token)| {
        let number = token.kind == TokenKind::Number || token.has(word::NUMBER_WORD) && !token.has(word::ORDINAL_WORD);
        let opened = |before: usize| tokens.get(before).is_some_and(|before| LIST_OPENERS.contains(&before.key));
        number && (Some(at) == first_word || at.checked_sub(1).is_some_and(opened))
    });
    let listed = numbered.and_then(|at| {
        let noun = headline.cues.iter().find(|cue| cue.class == CueClass::ListicleNoun && cue.first as usize > at)?;
        (noun.first as usize - at <= 4).then(|| span(at, noun.end as usize))
    });
    let question = tokens.iter().rposition(Token::counts).and_then(|last| {
        let mark = tokens.iter().skip(last).position(|token| token.kind == TokenKind::Question)?;
        Some(span(last + mark, last + mark + 1))
    });
    let address = tokens.iter().position(|token| token.has(word::PRONOUN_SECOND));
    let found = [
        (
            of_cue(CueClass::ClickbaitTease).or_else(|| pointer.map(|at| span(at, at + 1))),
            "The headline announces something and withholds it.",
        ),
        (listed, "The headline counts off a list."),
        (of_cue(CueClass::SuperlativeTease), "The headline promises the utmost."),
        (question, "The headline asks instead of telling."),
        (address.map(|at| span(at, at + 1)), "The headline speaks to the reader."),
    ];
    let mut kinds = 0;
    for (span, message) in found {
        if let Some(span) = span {
            kinds += 1;
            margin.mark_at("clickbait_cue_count", Place { field: headline.field, span }, Voice::Own, 0.3, message);
        }
    }
    kinds
}

/// Words that leave open whether something is so.
fn is_open(class: CueClass) -> bool {
    matches!(
        class,
        CueClass::HedgeEpistemic | CueClass::HedgeDistance | CueClass::Conditional | CueClass::NegatedEvidence
    )
}

fn certainty_gap(document: &Document<'_>, headline: &Headline) -> Option<bool> {
    let mut stems: Vec<u64> =
        headline.tokens.iter().filter(|token| is_content(token)).map(|token| token.stem).collect();
    stems.sort_unstable();
    stems.dedup();
    if stems.len() < STATEMENT_WORDS {
        return None;
    }
    // A headline that hedges, asks, quotes, denies or names who says so claims nothing of its own.
    let reserved = headline.tokens.iter().any(|token| {
        matches!(token.kind, TokenKind::Question | TokenKind::Colon)
            || token.is_closer() && token.kind != TokenKind::CloseBracket
            || token.has(word::NEGATION)
    }) || headline.cues.iter().any(|cue| {
        is_open(cue.class)
            || matches!(
                cue.class,
                CueClass::ReportVerb | CueClass::ReportVerbStance | CueClass::ReportVerbJudging | CueClass::ReportFrame
            )
    });
    let mut said = None;
    for (_, sentence) in document.body().take(STATEMENT_SENTENCES) {
        let tokens = document.tokens_of(sentence);
        let known = |token: &&Token| is_content(token) && stems.binary_search(&token.stem).is_ok();
        let mut shared: Vec<u64> = tokens.iter().filter(known).map(|token| token.stem).collect();
        shared.sort_unstable();
        shared.dedup();
        if shared.len() < STATEMENT_WORDS || (shared.len() as f64) < STATEMENT_SHARE * stems.len() as f64 {
            continue;
        }
        let open = leaves_open(document, sentence, &stems, shared.len());
        // One sentence that states it bears the headline out.
        said = Some(said.unwrap_or(true) && open);
    }
    Some(said? && !reserved)
}

/// A cue that leaves things open governs the clause in which the headline's words stand.
fn leaves_open(document: &Document<'_>, sentence: &Sentence, stems: &[u64], shared: usize) -> bool {
    let ends_clause = |token: &Token| matches!(token.kind, TokenKind::Semicolon | TokenKind::Comma | TokenKind::Dash);
    let all = sentence.tokens();
    document.cues_of(sentence).iter().filter(|cue| is_open(cue.class)).any(|cue| {
        let at = cue.first as usize;
        let tokens = |range: std::ops::Range<usize>| document.tokens.get(range).unwrap_or_default();
        let before = tokens(all.start..at).iter().rev().take_while(|token| !ends_clause(token));
        let after = tokens(at..all.end).iter().take_while(|token| !ends_clause(token));
        let inside = before.chain(after).filter(|token| stems.binary_search(&token.stem).is_ok()).count();
        inside * 2 > shared
    })
}

fn overlap(document: &Document<'_>, fit: &mut HeadlineFit, margin: &mut Margin) {
    let Some(headline) = &document.headline else {
        return;
    };
    let mut stems: Vec<u64> = Vec::with_capacity(OVERLAP_WORDS);
    'body: for (_, sentence) in document.body() {
        for token in document.tokens_of(sentence).iter().filter(|token| token.counts()) {
            if stems.len() >= OVERLAP_WORDS {
                break 'body;
            }
            stems.push(token.stem);
        }
    }
    stems.sort_unstable();
    let mut own: Vec<(u64, ByteSpan)> =
        headline.tokens.iter().filter(|token| is_content(token)).map(|token| (token.stem, token.span())).collect();
    own.sort_unstable();
    own.dedup_by_key(|(stem, _)| *stem);
    if own.is_empty() || stems.is_empty() {
        return;
    }
    fit.content_words = own.len() as u32;
    let missing: Vec<ByteSpan> =
        own.iter().filter(|(stem, _)| stems.binary_search(stem).is_err()).map(|(_, span)| *span).collect();
    let found = own.len() - missing.len();
    let share = found as f64 / own.len() as f64;
    fit.overlap = Some(share);
    if share < 0.5 {
        margin.mark_at(
            "headline_body_overlap",
            Place { field: headline.field, span: headline.span },
            Voice::Own,
            0.4 * (1.0 - share),
            format!(
                "Only {found} of the headline's {} content words stand in the first {OVERLAP_WORDS} words of the body.",
                own.len()
            ),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Article;

    fn read(title: &str, text: &str) -> HeadlineFit {
        let document = Document::read(&Article { title, ..Article::from_text(text) });
        detect(&document, &mut Margin::default())
    }

    const BODY: &str = "The council approved the harbour budget on Monday. Work starts in May.";

    #[test]
    fn each_way_of_teasing_counts_once() {
        assert_eq!(read("You Won't Believe What the Council Did", BODY).teases, 2);
        assert_eq!(read("19 Reasons Harbours Are The Best", BODY).teases, 2);
        assert_eq!(read("Is this the end of the harbour?", BODY).teases, 1);
        assert_eq!(read("Here's why the harbour closed", BODY).teases, 1);
    }

    #[test]
    fn plain_news_teases_with_nothing() {
        for title in [
            "Council approves harbour budget",
            "12 people killed in harbour fire",
            "Three ministers resign over harbour deal",
            "Harbour fees rise 4% in 2024",
        ] {
            let fit = read(title, BODY);
            assert_eq!(fit.teases, 0, "{title}");
            assert!(fit.clickbait.unwrap() < 0.5, "{title}: {:?}", fit.clickbait);
        }
    }

    #[test]
    fn the_classifier_tells_a_teaser_from_news_whatever_its_capitals() {
        for title in ["21 Things You Will Only Get If You Grew Up Here", "This Is Why Your Cat Hates You"] {
            let shown = read(title, BODY).clickbait.unwrap();
            assert!(shown > 0.9, "{title}: {shown}");
            assert_eq!(read(&title.to_lowercase(), BODY).clickbait, Some(shown));
        }
        assert_eq!(read("Three words only", BODY).clickbait, None);
    }

    #[test]
    fn a_headline_surer_than_its_body_leaves_a_gap() {
        let conditional = "If the council approves the harbour budget, work will start in May, officials said.";
        assert_eq!(read("Council approves harbour budget", conditional).certainty_gap, Some(true));
        assert_eq!(read("Council may approve harbour budget", conditional).certainty_gap, Some(false));
        assert_eq!(read("Council approves harbour budget", BODY).certainty_gap, Some(false));
        // The hedge is about something else.
        let elsewhere = "The council approved the harbour budget on Monday, and it may rain.";
        assert_eq!(read("Council approves harbour budget", elsewhere).certainty_gap, Some(false));
        // The body says nothing of the kind.
        assert_eq!(read("Zebras storm distant palace", BODY).certainty_gap, None);
        // Said with doubt first, then stated.
        let both = format!("The council may approve the harbour budget. {BODY}");
        assert_eq!(read("Council approves harbour budget", &both).certainty_gap, Some(false));
    }
}
