//! Paragraphs that are somebody's words without any marks: posts of social media that their writer's handle signs, and
//! what a line hands over that ends in a colon ("The mayor was quoted as saying:").

use crate::lexicon::word;
use crate::report::{Act, Voice};
use crate::text::{BlockKind, Document, KeySet, Sentence, Token, TokenKind, form};

use super::{Attribution, Attributions};

/// Words of a signature's name, at most.
const NAME: usize = 8;
const AT_SIGN: u64 = '@' as u64;

/// The blocks that are signed posts, in order: whoever signs one says what stands in it.
pub(super) fn signed(document: &Document<'_>) -> Vec<u32> {
    let is_post = |block: &crate::text::Block| {
        let mut sentences = document.sentences.get(block.sentences()).unwrap_or_default().iter();
        sentences.any(|sentence| sentence.shown.kind(TokenKind::Other))
            && is_signed(document.tokens.get(block.tokens()).unwrap_or_default())
    };
    (0..).zip(&document.blocks).filter(|(_, block)| is_post(block)).map(|(index, _)| index).collect()
}

/// The paragraphs that are somebody's words, as first and end token, in order.
pub(super) fn of(document: &Document<'_>, found: &Attributions) -> Vec<(u32, u32)> {
    let mut blocks = [found.signed.clone(), handed_over(document, found)].concat();
    blocks.sort_unstable();
    let tokens = blocks.iter().filter_map(|block| document.blocks.get(*block as usize)).map(|block| block.tokens());
    tokens.map(|tokens| (tokens.start as u32, tokens.end as u32)).collect()
}

/// The blocks that a line hands over. Nothing marks where they end, so all but the first must say "I" or "we", and a
/// paragraph in which the writer reports ends them.
fn handed_over(document: &Document<'_>, found: &Attributions) -> Vec<u32> {
    let mut passages = Vec::new();
    let mut open = false;
    let mut first = false;
    for (index, block) in (0..).zip(&document.blocks) {
        let sentences = block.sentences();
        if block.kind != BlockKind::Body || sentences.is_empty() {
            open = false;
            continue;
        }
        let own = document.sentences.get(sentences.clone()).unwrap_or_default();
        let reports = sentences.clone().any(|index| found.of(index).iter().any(|report| report.voice == Voice::Own));
        let speaks = || own.iter().any(|sentence| sentence.shown.has(word::PRONOUN_FIRST));
        if open && !reports && (first || speaks()) {
            passages.push(index);
            first = false;
            continue;
        }
        open = own.last().is_some_and(|last| hands_over(document, last, found.of(sentences.end - 1)));
        first = open;
    }
    passages
}

/// "..., who was quoted as saying:": somebody is named, and what was said is still to come.
fn hands_over(document: &Document<'_>, sentence: &Sentence, reports: &[Attribution]) -> bool {
    let range = sentence.tokens();
    let colon = range.end.checked_sub(1).and_then(|last| document.tokens.get(last));
    colon.is_some_and(|last| last.kind == TokenKind::Colon)
        && reports.last().is_some_and(|report| {
            let after = report.content.iter().flatten().any(|content| content.start >= report.cue.end);
            report.voice == Voice::Own && report.act == Act::Report && report.is_named() && !after
        })
}

/// "... — Jane Doe (@janedoe) May 4, 2021": after a dash a name, its handle in brackets, and no sentence more.
fn is_signed(tokens: &[Token]) -> bool {
    let Some(at) = tokens.iter().rposition(|token| token.key == AT_SIGN) else {
        return false;
    };
    let bracket = at
        .checked_sub(1)
        .filter(|before| tokens.get(*before).is_some_and(|token| token.kind == TokenKind::OpenBracket));
    let Some(bracket) = bracket else {
        return false;
    };
    let name = tokens.get(bracket.saturating_sub(NAME)..bracket).unwrap_or_default();
    let Some(dash) = name.iter().rposition(|token| token.kind == TokenKind::Dash) else {
        return false;
    };
    let of_name = |token: &Token| !token.is_word() || token.is(form::CAPITALISED);
    let after = tokens.get(at..).unwrap_or_default();
    let dated = |token: &Token| !token.is_word() || token.is(form::CAPITALISED) || HANDLE.contains(&token.key);
    name.get(dash..).unwrap_or_default().iter().all(of_name)
        && after.iter().skip_while(|token| token.kind != TokenKind::CloseBracket).all(dated)
}

/// Words of the line with the date of a post.
static HANDLE: KeySet<3> = KeySet::new(["at", "am", "pm"]);

#[cfg(test)]
mod tests {
    use crate::article::Article;
    use crate::detect::Analysis;

    /// The words in the article's own voice, of those that are asked about.
    fn own<'w>(text: &str, words: &[&'w str]) -> Vec<&'w str> {
        let analysis = Analysis::of(&Article::from_text(text));
        let own = |word: &&str| {
            let at = text.find(*word).unwrap() as u32;
            let token = analysis.document.tokens.iter().position(|token| token.start == at).unwrap();
            !analysis.attribution.covers_token(token as u32)
        };
        words.iter().copied().filter(own).collect()
    }

    #[test]
    fn what_a_line_hands_over_is_not_the_articles() {
        let text = "Jane Doe, the mayor of Hale, was quoted as saying:\n\nThe bridge is a disgrace. Somebody must act.\n\n\
                    We will not rest until it is shut.\n\nThe awful bridge was built in 1950.";
        assert_eq!(own(text, &["disgrace", "rest", "awful"]), ["awful"]);
    }

    #[test]
    fn a_colon_alone_hands_nothing_over() {
        for text in [
            "The plan has two parts:\n\nThe awful bridge will be shut.",
            "The mayor said that the plan has two parts:\n\nThe awful bridge will be shut. Jane Doe said that the mill stays.",
            "Jane Doe said the bridge was unsafe.\n\nThe awful bridge was built in 1950.",
        ] {
            assert_eq!(own(text, &["awful"]), ["awful"], "{text}");
        }
    }

    #[test]
    fn a_signed_post_is_its_writers() {
        let text = "The mayor answered at once.\n\nI do not give a damn about the bridge. \u{2014} Jane Doe (@janedoe) May 4, \
                    2021\n\nThe awful bridge was built in 1950.";
        assert_eq!(own(text, &["damn", "awful"]), ["awful"]);
    }
}
