//! Scope: how far a cue's sense reaches in its sentence.

use crate::lexicon::word;
use crate::text::{ByteSpan, Cue, Document, KeySet, Sentence, TokenKind};

/// A cue with the rest of the clause it stands in, at most so many tokens.
const LONGEST: usize = 40;

/// Words that begin another clause, which the cue before them says nothing about.
static NEXT_CLAUSE: KeySet<11> =
    KeySet::new(["but", "because", "although", "though", "whereas", "while", "which", "who", "whose", "unless", "if"]);

/// The cue and what it governs: the rest of its clause. A clause ends at punctuation, at the edge of a
/// quotation and before a conjunction that begins another.
#[must_use]
pub fn clause(document: &Document<'_>, sentence: &Sentence, cue: &Cue) -> ByteSpan {
    let (first, start) = (cue.first as usize, cue.end as usize);
    let rest = document.tokens.get(start..sentence.tokens().end.min(start + LONGEST)).unwrap_or_default();
    let inside = |kind| matches!(kind, TokenKind::Word | TokenKind::Number | TokenKind::Percent | TokenKind::Currency);
    let mut shortened = false;
    let length = rest
        .iter()
        .enumerate()
        .position(|(at, token)| {
            // The stop of "Mr. Hale" ends no clause.
            let title = shortened && token.kind == TokenKind::Stop && at + 1 < rest.len();
            shortened = token.has(word::HONORIFIC);
            let goes_on = inside(token.kind) || token.kind == TokenKind::Hyphen || title;
            !goes_on || NEXT_CLAUSE.contains(&token.key)
        })
        .unwrap_or(rest.len());
    document.span_of(first, start + length)
}

#[cfg(test)]
mod tests {
    use super::clause;
    use crate::article::Article;
    use crate::lexicon::CueClass;
    use crate::text::Document;

    fn scopes(text: &str, class: CueClass) -> Vec<&str> {
        let document = Document::read(&Article::from_text(text));
        let mut found = Vec::new();
        for sentence in &document.sentences {
            for cue in document.cues_of(sentence).iter().filter(|cue| cue.class == class) {
                found.push(clause(&document, sentence, cue).slice(text).unwrap());
            }
        }
        found
    }

    #[test]
    fn a_cue_reaches_to_the_end_of_its_clause() {
        let epistemic = |text| scopes(text, CueClass::HedgeEpistemic);
        assert_eq!(epistemic("The dam may hold until June."), ["may hold until June"]);
        assert_eq!(epistemic("The dam may hold, the mayor said."), ["may hold"]);
        assert_eq!(epistemic("The dam may hold but the road is lost."), ["may hold"]);
        assert_eq!(epistemic("The dam may cost $2.5 million (or more)."), ["may cost $2.5 million"]);
        assert_eq!(epistemic("The dam held, perhaps."), ["perhaps"]);
        assert_eq!(epistemic("The dam may fall to Mr. Hale and the town."), ["may fall to Mr. Hale and the town"]);
        assert!(epistemic("The dam held until May 9.").is_empty());
    }

    #[test]
    fn a_scope_ends_with_its_sentence() {
        let text = "The dam may hold. It is old.";
        assert_eq!(scopes(text, CueClass::HedgeEpistemic), ["may hold"]);
    }

    #[test]
    fn a_scope_is_bounded_on_endless_sentences() {
        let text = "may ".repeat(500);
        assert!(scopes(&text, CueClass::HedgeEpistemic).iter().all(|words| words.split(' ').count() <= 41));
    }
}
