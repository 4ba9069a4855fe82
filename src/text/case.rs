//! Capitals: texts that lost the difference of capital and small letters on their way.

use super::token::{Token, form};

/// Fewer words than this may all be names, or none.
const MIN_WORDS: usize = 50;
/// In ordinary text 8 words of 100 or more have a capital.
const FEW_CAPITALS: f64 = 0.01;
/// From this share of words all in capitals on, capitals say nothing.
const MANY_CAPITALS: f64 = 0.7;

/// True if a text is written all in capitals or all in small letters. In the first case its tokens are read as small
/// letters: a name or a stress can no more be told in one than in the other.
pub(super) fn is_lost(tokens: &mut [Token]) -> bool {
    let (mut words, mut begun, mut whole) = (0, 0, 0);
    for token in tokens.iter().filter(|token| token.is_word() && token.end - token.start > 1) {
        words += 1;
        begun += usize::from(token.is(form::CAPITALISED));
        whole += usize::from(token.is(form::ALL_CAPS));
    }
    if words < MIN_WORDS {
        return false;
    }
    let share = |part: usize| part as f64 / words as f64;
    let capitals = share(whole) >= MANY_CAPITALS;
    if capitals {
        for token in tokens {
            token.form &= !(form::CAPITALISED | form::ALL_CAPS | form::INNER_CAPITAL);
        }
    }
    capitals || share(begun) < FEW_CAPITALS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokenise;

    const TEXT: &str = "The mayor of Hale said on Monday that the old bridge would close in May. ";

    #[test]
    fn a_text_in_one_case_has_lost_it() {
        let text = TEXT.repeat(5);
        for (text, lost) in [(text.clone(), false), (text.to_uppercase(), true), (text.to_lowercase(), true)] {
            let mut tokens = tokenise(&text);
            let before = tokens.clone();
            assert_eq!(is_lost(&mut tokens), lost);
            assert_eq!(tokens == before, !lost || text == text.to_lowercase());
            let shouts = |tokens: &[Token]| tokens.iter().any(|token| token.is(form::ALL_CAPS));
            assert!(!shouts(&tokens));
        }
        assert!(!is_lost(&mut tokenise(&TEXT.to_uppercase())), "too few words to tell");
        assert!(!is_lost(&mut tokenise(&format!("{}{}", TEXT.repeat(5), TEXT.to_uppercase()))), "a stressed sentence");
    }
}
