//! Posts of social media that stand in an article as they were: a block that its writer's handle signs.

use crate::text::{Document, KeySet, Token, TokenKind, form};

/// Words of a signature's name, at most.
const NAME: usize = 8;
const AT_SIGN: u64 = '@' as u64;

/// Finds signed blocks. A block is read once, when the first of its sentences is asked about.
#[derive(Debug, Default)]
pub(super) struct Posts {
    block: Option<u32>,
    signed: bool,
}

impl Posts {
    /// The block is a post with its signature, so whoever signs it says what stands in it.
    pub fn has_signed(&mut self, document: &Document<'_>, block: u32) -> bool {
        if self.block != Some(block) {
            self.block = Some(block);
            self.signed = document.blocks.get(block as usize).is_some_and(|own| {
                let mut sentences = document.sentences.get(own.sentences()).unwrap_or_default().iter();
                sentences.any(|sentence| sentence.shown.kind(TokenKind::Other))
                    && is_signed(document.tokens.get(own.tokens()).unwrap_or_default())
            });
        }
        self.signed
    }
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
