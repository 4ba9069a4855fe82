//! Transparency: what the copy shows of who made the article, when, and how it may be checked.

use crate::lexicon::{CueClass, word};
use crate::report::Voice;
use crate::text::{Block, BlockKind, ByteSpan, Document, KeySet, Token, TokenKind, form, word_key};

use super::margin::Margin;

/// What the copy shows.
#[derive(Debug, Default)]
pub struct Transparency {
    /// A line names who wrote it.
    pub byline: bool,
    /// The caller knows the date, or a line or the dateline gives one.
    pub dated: bool,
    /// A notice of a correction or an update.
    pub corrected: bool,
    /// Links in the body.
    pub links: u32,
    /// Documents named with the place where they were published.
    pub published_sources: u32,
    /// Words and numbers of the body.
    pub words: u32,
}

/// Looks for bylines, dates, notices and links.
#[must_use]
pub fn detect(document: &Document<'_>, margin: &mut Margin) -> Transparency {
    let mut seen = Transparency { dated: document.article.published, ..Transparency::default() };
    let first_body = document.blocks.iter().position(|block| block.kind == BlockKind::Body);
    for (index, block) in document.blocks.iter().enumerate() {
        let tokens = document.tokens.get(block.tokens()).unwrap_or_default();
        match block.kind {
            BlockKind::Notice if corrects(document, block) => {
                seen.corrected = true;
                margin.mark(
                    "correction_notice_present",
                    block.span,
                    Voice::Own,
                    0.0,
                    "Says what was corrected or updated.",
                );
            }
            BlockKind::Byline | BlockKind::Boilerplate => {
                if names_writer(document, block, tokens) {
                    seen.byline = true;
                    margin.mark("byline_present", block.span, Voice::Own, 0.0, "Names who wrote it.");
                }
                if block.kind == BlockKind::Byline
                    && let Some(span) = date_in(tokens)
                {
                    seen.dated = true;
                    margin.mark("publication_date_seen", span, Voice::Own, 0.0, "Says when it was published.");
                }
            }
            BlockKind::Body if Some(index) == first_body => {
                if let Some(span) = dateline(tokens) {
                    seen.dated = true;
                    margin.mark("publication_date_seen", span, Voice::Own, 0.0, "The dateline has a date.");
                }
            }
            _ => {}
        }
    }
    for (_, sentence) in document.body() {
        seen.words += sentence.words;
        if !sentence.shown.kind(TokenKind::Url) && !sentence.shown.has(word::DOCUMENT_NOUN) {
            continue;
        }
        let tokens = document.tokens_of(sentence);
        for (at, token) in tokens.iter().enumerate() {
            if token.kind == TokenKind::Url {
                seen.links += 1;
                margin.mark("citation_link_rate", token.span(), Voice::Own, 0.0, "A link that a reader can follow.");
            } else if token.has(word::DOCUMENT_NOUN) && is_published(tokens.get(at + 1..).unwrap_or_default()) {
                seen.published_sources += 1;
            }
        }
    }
    seen
}

/// A notice of any kind but an editor's note, which may say anything.
fn corrects(document: &Document<'_>, block: &Block) -> bool {
    let sentences = document.sentences.get(block.sentences()).unwrap_or_default();
    let mut cues = sentences.iter().flat_map(|sentence| document.cues_of(sentence));
    cues.any(|cue| {
        let last = (cue.end as usize).checked_sub(1).and_then(|last| document.tokens.get(last));
        cue.class == CueClass::CorrectionNotice && last.is_some_and(|last| last.key != NOTE)
    })
}

const NOTE: u64 = word_key("note");

/// "By Jane Doe", "Reporting by Jane Doe", "Jane Doe, Northern Wire".
fn names_writer(document: &Document<'_>, block: &Block, tokens: &[Token]) -> bool {
    let first = block.tokens().start as u32;
    let sentences = document.sentences.get(block.sentences()).unwrap_or_default();
    let labelled = sentences.iter().take(1).any(|sentence| {
        let mut cues = document.cues_of(sentence).iter();
        cues.any(|cue| {
            cue.class == CueClass::BylineStart && cue.first <= first + 1 && (cue.end as usize) < block.tokens().end
        })
    });
    let names = tokens
        .iter()
        .filter(|token| token.is_word() && token.is(form::CAPITALISED) && !token.has(word::MONTH | word::WEEKDAY))
        .count();
    labelled && names >= 2 || block.kind == BlockKind::Byline && names >= 2 && date_in(tokens).is_none()
}

/// The month and day of a line that gives a date, or its numerals ("3/12/2024").
fn date_in(tokens: &[Token]) -> Option<ByteSpan> {
    let dated = |pair: &&[Token]| matches!(pair, [a, b] if a.has(word::MONTH) && b.kind == TokenKind::Number || a.kind == TokenKind::Number && b.has(word::MONTH));
    let plain: Option<ByteSpan> =
        tokens.windows(2).find(dated).and_then(|pair| Some(pair.first()?.span().cover(pair.last()?.span())));
    // "Jan. 5": a dot stands between.
    plain.or_else(|| {
        let dotted = tokens.windows(3).find(|three| {
            matches!(three, [month, stop, day] if month.has(word::MONTH) && stop.kind == TokenKind::Stop && day.kind == TokenKind::Number)
        })?;
        Some(dotted.first()?.span().cover(dotted.last()?.span()))
    })
}

/// "MARIN, Jan. 5 (Northern Wire) - ": the date before the dash of a dateline.
fn dateline(tokens: &[Token]) -> Option<ByteSpan> {
    let head = tokens.get(..DATELINE_TOKENS.min(tokens.len()))?;
    let dash = head.iter().position(|token| {
        matches!(token.kind, TokenKind::Dash) || token.kind == TokenKind::Hyphen && token.is(form::SPACE_BEFORE)
    })?;
    let place = head.first().is_some_and(|token| token.is(form::CAPITALISED));
    if !place {
        return None;
    }
    date_in(head.get(..dash)?)
}

/// A dateline has at most so many tokens.
const DATELINE_TOKENS: usize = 18;

/// "(a study) published in Nature": the words after the noun.
fn is_published(rest: &[Token]) -> bool {
    rest.windows(3).take(4).any(|three| {
        matches!(three, [published, place, name]
            if published.key == PUBLISHED && IN.contains(&place.key) && name.is(form::CAPITALISED))
    })
}

const PUBLISHED: u64 = word_key("published");
static IN: KeySet<3> = KeySet::new(["in", "by", "on"]);

#[cfg(test)]
mod tests {
    use crate::article::Article;
    use crate::detect::Analysis;

    const LEAD: &str = "The town council of Marin voted on Monday to close the old mill by the river.";
    const NEXT: &str = "The mayor, Orla Brandt, said that the mill had lost money for nine years in a row.";

    fn seen(text: &str) -> (bool, bool, bool) {
        let analysis = Analysis::of(&Article::from_text(text));
        (analysis.transparency.byline, analysis.transparency.dated, analysis.transparency.corrected)
    }

    #[test]
    fn a_line_may_tell_who_and_when() {
        for (line, byline, dated) in [
            ("By Petra Solheim", true, false),
            ("March 3, 2025", false, true),
            ("By Petra Solheim, March 3, 2025", true, true),
            ("The mill is old and so is the town of Marin in the north.", false, false),
        ] {
            let text = format!("Council Closes Old Mill\n\n{line}\n\n{LEAD}\n\n{NEXT}");
            assert_eq!(seen(&text), (byline, dated, false), "{line}");
        }
    }

    #[test]
    fn a_credit_at_the_end_names_the_writer() {
        assert!(seen(&format!("{LEAD}\n\n{NEXT}\n\n(Reporting by Petra Solheim; editing by Jon Hale)")).0);
    }

    #[test]
    fn a_dateline_may_have_a_date() {
        assert!(seen(&format!("MARIN, Jan. 5 (Northern Wire) - {LEAD}\n\n{NEXT}")).1);
        assert!(!seen(&format!("MARIN (Northern Wire) - {LEAD}\n\n{NEXT}")).1);
        assert!(!seen(&format!("On Jan. 5 the mill burned down. {LEAD}\n\n{NEXT}")).1);
        let published = Article { published: true, ..Article::from_text(LEAD) };
        assert!(Analysis::of(&published).transparency.dated);
    }

    #[test]
    fn a_notice_is_seen_and_a_word_in_the_news_is_not() {
        assert!(seen(&format!("{LEAD}\n\n{NEXT}\n\nCorrection: the mill is nine years old.")).2);
        assert!(!seen(&format!("{LEAD}\n\n{NEXT}\n\nEditor's note: the mayor owns a mill.")).2);
        assert!(!seen(&format!("{LEAD}\n\n{NEXT}\n\nThe market saw a correction of nine percent on Monday.")).2);
    }
}
