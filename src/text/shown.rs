//! What the tokens of a sentence show, all of them together: a detector passes over a sentence that has nothing which
//! it looks for, without a look at its tokens.

use super::key::KeySet;
use super::token::{Token, TokenKind};

/// Facts of any token of a sentence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shown {
    classes: u32,
    /// One bit for each kind.
    kinds: u32,
    /// One bit for each value of a key's lowest eight bits, as [`KeySet`] has them.
    keys: [u64; 4],
    forms: u16,
}

impl Shown {
    pub(super) fn of(tokens: &[Token]) -> Self {
        let mut shown = Shown::default();
        for token in tokens {
            shown.classes |= token.classes;
            shown.kinds |= 1 << token.kind as u32;
            shown.forms |= token.form;
            if let Some(bits) = shown.keys.get_mut((token.key >> 6 & 3) as usize) {
                *bits |= 1 << (token.key & 63);
            }
        }
        shown
    }

    pub(super) fn and(self, other: Self) -> Self {
        let mut keys = self.keys;
        keys.iter_mut().zip(other.keys).for_each(|(own, other)| *own |= other);
        Shown {
            classes: self.classes | other.classes,
            kinds: self.kinds | other.kinds,
            keys,
            forms: self.forms | other.forms,
        }
    }

    /// True if a token is in any of these classes.
    #[must_use]
    pub fn has(&self, classes: u32) -> bool {
        self.classes & classes != 0
    }

    /// True if a token has any of these bits of its form, as the tokeniser knows it: what is quoted is not yet known.
    #[must_use]
    pub fn is(&self, bits: u16) -> bool {
        self.forms & bits != 0
    }

    /// True if a token is of the kind.
    #[must_use]
    pub fn kind(&self, kind: TokenKind) -> bool {
        self.kinds & 1 << kind as u32 != 0
    }

    /// False if no token has a key of the set; true where one may have.
    #[must_use]
    pub fn may_have<const N: usize>(&self, set: &KeySet<N>) -> bool {
        set.shares(&self.keys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::word;
    use crate::text::{form, tokenise};

    #[test]
    fn what_a_token_shows_its_sentence_shows() {
        static FERRY: KeySet<2> = KeySet::new(["ferry", "barge"]);
        let tokens = tokenise("The ferry left at 9, they said.");
        let shown = Shown::of(&tokens);
        assert!(shown.is(form::DIGIT) && shown.is(form::CAPITALISED) && !shown.is(form::ALL_CAPS));
        assert!(shown.kind(TokenKind::Comma) && !shown.kind(TokenKind::Percent));
        assert!(shown.may_have(&FERRY) && !Shown::default().may_have(&FERRY));
        assert!(!shown.has(word::STOP), "no lexicon was asked");
        assert_eq!(Shown::of(&tokens[..2]).and(Shown::of(&tokens[2..])), shown);
    }
}
