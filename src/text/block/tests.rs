use super::BlockKind::{self, Body, Boilerplate, Byline, Crosshead, Duplicate, Headline, ListItem, SectionLabel};
use crate::article::Article;
use crate::text::Document;

const LEAD: &str = "The town council of Marin voted on Monday to close the old mill by the river.";
const NEXT: &str = "The mayor, Orla Brandt, said that the mill had lost money for nine years in a row.";

fn kinds(text: &str) -> Vec<BlockKind> {
    Document::read(&Article::from_text(text)).blocks.iter().map(|block| block.kind).collect()
}

/// What a line is between a headline with a lead before it and a paragraph after it.
fn inside(line: &str) -> BlockKind {
    kinds(&format!("Council Closes Old Mill\n\n{LEAD}\n\n{line}\n\n{NEXT}"))[2]
}

/// What a line is after the last paragraph.
fn after(line: &str) -> BlockKind {
    kinds(&format!("Council Closes Old Mill\n\n{LEAD}\n\n{NEXT}\n\n{line}"))[3]
}

#[test]
fn a_line_break_ends_a_block() {
    for text in [format!("{LEAD}\n{NEXT}"), format!("{LEAD}\r\n\r\n{NEXT}"), format!("{LEAD}\r{NEXT}")] {
        assert_eq!(kinds(&text), [Body, Body]);
    }
}

#[test]
fn wrapped_lines_are_joined_and_lists_are_not() {
    let wrapped = format!("{LEAD} {NEXT} ").repeat(4);
    let lines: Vec<&str> = wrapped.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    assert_eq!(kinds(&lines.join("\n")), [Body]);
    let list = "- two loaves of bread\n- a bag of rice\n- eggs\n- onions\n- oats\n- soap\n- milk";
    assert_eq!(kinds(list).len(), 7);
}

#[test]
fn a_section_label_stands_before_the_headline() {
    assert_eq!(kinds(&format!("World\nCouncil Closes Old Mill\n{LEAD}\n{NEXT}")), [SectionLabel, Headline, Body, Body]);
    assert_eq!(kinds(&format!("World Leaders Meet\n{LEAD}\n{NEXT}"))[0], Headline);
}

#[test]
fn a_first_line_with_a_full_stop_is_a_lead() {
    assert_eq!(kinds(&format!("The mill will close.\n{LEAD}\n{NEXT}"))[0], Body);
    assert_eq!(kinds(&format!("The mill will close.\n\n\n{LEAD}\n{NEXT}\n{LEAD} It is old."))[0], Headline);
}

#[test]
fn a_byline_tells_who_or_when_and_no_more() {
    assert_eq!(inside("By Petra Solheim"), Byline);
    assert_eq!(inside("March 3, 2025"), Byline);
    assert_eq!(inside("By Monday the river had risen by nine feet."), Body);
    assert_eq!(inside("The mill closed on March 3, 2025."), Body);
}

#[test]
fn a_dateline_is_part_of_its_paragraph() {
    assert_eq!(inside("MARIN (Northern Wire) - The mill closed on Monday after nine years."), Body);
}

#[test]
fn a_short_line_inside_is_a_heading_and_one_at_the_end_is_furniture() {
    assert_eq!(inside("A long decline"), Crosshead);
    assert_eq!(after("A long decline"), Boilerplate);
    assert_eq!(inside("The mayor left."), Body);
}

#[test]
fn a_label_over_the_text_is_no_headline() {
    for label in ["FOR IMMEDIATE RELEASE", "UPDATE 2", "Press release"] {
        let text = format!(
            "{label}\nBridge closes in Marin\nThe council of Marin closed the bridge on Monday, its clerk said."
        );
        let document = Document::read(&Article::from_text(&text));
        let headline = document.headline.as_ref().and_then(|headline| headline.span.slice(&text));
        assert_eq!(headline, Some("Bridge closes in Marin"), "{label}");
    }
}

#[test]
fn a_label_under_the_last_paragraph_is_furniture() {
    assert_eq!(after("Authors:"), Boilerplate);
    assert_eq!(after("The mayor put it to the council in one word:"), Body);
    assert_eq!(inside("Authors:"), Body);
}

#[test]
fn a_quotation_that_breaks_off_is_no_heading() {
    assert_eq!(inside("\u{201c}They are pressing the villages"), Body);
    assert_eq!(inside("\u{201c}A long decline\u{201d}"), Crosshead);
}

#[test]
fn list_items_are_told_from_dashes() {
    assert_eq!(inside("- two loaves of bread"), ListItem);
    assert_eq!(inside("1. two loaves of bread"), ListItem);
    assert_eq!(inside("\u{2014} The mayor left the hall at nine."), Body);
}

#[test]
fn share_lines_and_forms_are_furniture() {
    for line in ["Share.", "Share on Facebook", "Please enter your comment!", "Advertisement", "Exit mobile version"] {
        assert_eq!(after(line), Boilerplate, "{line}");
        assert_eq!(inside(line), Boilerplate, "{line}");
    }
    for line in ["They share the house by the river.", "The share of the mill rose by 4 percent on Monday."] {
        assert_eq!(inside(line), Body, "{line}");
    }
}

#[test]
fn a_line_that_begins_like_a_credit_is_not_one() {
    assert_eq!(inside("Tags: mill, river"), Boilerplate);
    assert_eq!(inside("The tags on the dogs were lost."), Body);
}

#[test]
fn a_share_button_glued_to_a_paragraph_is_left_out() {
    let text = format!("{LEAD} {NEXT} Share.");
    let document = Document::read(&Article::from_text(&text));
    let furniture: Vec<bool> = document.sentences.iter().map(|sentence| sentence.boilerplate).collect();
    assert_eq!(furniture, [false, false, true]);
}

#[test]
fn a_caption_goes_with_its_credit() {
    assert_eq!(inside("The old mill in Marin on Monday. Photographer: Petra Solheim/Northern Wire"), Boilerplate);
    assert_eq!(inside("Four mills of the county Source: Northern Wire"), Boilerplate);
    assert_eq!(inside("He gave no source: that was all he wanted to say about it that day."), Body);
}

#[test]
fn the_headline_of_another_article_is_no_heading() {
    assert_eq!(inside("Mayor of Marin takes fire for selling a bridge"), Boilerplate);
    assert_eq!(inside("How the mill came to lose money"), Crosshead);
    assert_eq!(inside("He did not say who would pay"), Crosshead);
}

#[test]
fn lines_that_speak_to_the_reader_are_furniture() {
    for line in [
        "Watch the full interview with the mayor below:",
        "You can listen to the whole of the report here:",
        "See the letter below.",
        "Subscribe to our paper and never miss a mill.",
        "Join us on the river this summer",
        "Via Northern Wire",
        "@marin_mill",
        "Petra Solheim (@petra)",
        "16,738 likes 53,680 shares",
    ] {
        assert_eq!(inside(line), Boilerplate, "{line}");
    }
    let credit = "(Reporting by Petra Solheim in Marin; additional reporting by Orla Brandt; editing by J. Hale)";
    assert_eq!(after(credit), Boilerplate);
    for line in [
        "Follow the money, the mayor said, and the rest will be clear to all of you.",
        "Via a bridge by the mill they came to the town before the night was over.",
        "Watch out for the mill, the old people of Marin say to their children.",
        "Join the army or leave the town, the mayor told them on Monday.",
        "The house that he saw stands here.",
    ] {
        assert_eq!(inside(line), Body, "{line}");
    }
}

#[test]
fn the_last_paragraphs_may_speak_of_the_writer_or_to_the_reader() {
    let ending = |line: &str| kinds(&format!("Council Closes Old Mill\n\n{LEAD}\n\n{NEXT}\n\n{line}"))[3];
    for line in [
        "Petra Solheim is a staff writer at the Northern Wire who covers the mills of Marin.",
        "Northern Wire columnists Petra Solheim and Orla Brandt appear on Mondays.",
        "Do you think the mill should be saved?",
        "Millers, do you think it should be saved? Tell us all!",
    ] {
        assert_eq!(ending(line), Boilerplate, "{line}");
    }
    for line in [
        "Petra Solheim is the judge who will hear the case of the mill.",
        "The editor of the paper left the hall before the vote was over.",
        "What will become of the mill?",
    ] {
        assert_eq!(ending(line), Body, "{line}");
    }
}

#[test]
fn a_row_of_marks_or_of_a_table_is_no_furniture() {
    assert_eq!(inside("_____________"), BlockKind::Divider);
    assert_eq!(after("Marin: 62,958"), Crosshead);
}

#[test]
fn the_same_paragraph_again_is_no_button() {
    let text = format!("Council Closes Old Mill\n\n{LEAD}\n\n{NEXT}\n\n{LEAD}");
    let document = Document::read(&Article::from_text(&text));
    assert_eq!(document.blocks[3].original, Some(super::Original::Block(1)));
    let last = document.sentences.last().unwrap();
    assert!(!last.boilerplate && !last.body);
}

#[test]
fn the_same_words_again_are_a_duplicate() {
    let title = "Council Closes Old Mill";
    assert_eq!(kinds(&format!("{title}\n\n{title}\n\n{LEAD}\n\n{NEXT}")), [Headline, Duplicate, Body, Body]);
    assert_eq!(kinds(&format!("{title}\n\n{LEAD}\n\n{NEXT}\n\n{LEAD}"))[3], Duplicate);
    let apart = format!("{title}\n\n{LEAD}\n\n{NEXT}");
    let document = Document::read(&Article { title, ..Article::from_text(&apart) });
    assert_eq!(document.blocks[0].kind, Duplicate);
}
