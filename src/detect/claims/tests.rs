use super::*;
use crate::article::Article;
use crate::detect::Analysis;

/// The claim of the sentence that holds the fragment.
fn claim(text: &str, fragment: &str) -> Claim {
    let at = text.find(fragment).unwrap_or_else(|| panic!("no {fragment:?}")) as u32;
    let analysis = Analysis::of(&Article::from_text(text));
    let index = analysis
        .document
        .sentences
        .iter()
        .position(|sentence| sentence.span.start() <= at && at < sentence.span.end())
        .unwrap_or_else(|| panic!("no sentence has {fragment:?}"));
    analysis.claims.sentences[index]
}

fn worthy(sentence: &str) -> bool {
    claim(sentence, sentence).is_check_worthy()
}

#[test]
fn figures_acts_changes_and_reports_are_worth_checking() {
    for sentence in [
        "Sales of the ferry line rose 20 percent in May.",
        "The council approved the bridge on Tuesday.",
        "The county has closed nine of its schools.",
        "Hanna Voss was arrested in Lindmoor.",
        "The treasurer said the harbour had lost money for years.",
        "“The pump failed and the cellar flooded within an hour,” Hanna Voss said.",
    ] {
        assert!(worthy(sentence), "{sentence}");
    }
}

#[test]
fn feelings_advice_questions_looks_and_forecasts_are_not() {
    for sentence in [
        "“I am so happy to be home,” she said.",
        "Will the bridge ever open?",
        "You should call your bank.",
        "She smiled and wore a long red coat.",
        "The weather may improve for the ferry.",
        "It is what it is.",
        "“We think this is a terrible idea,” said Voss.",
    ] {
        assert!(!worthy(sentence), "{sentence}");
    }
}

#[test]
fn the_speakers_name_and_verb_are_no_event_of_their_own() {
    assert!(!worthy("“It is a shame, really,” Hanna Voss told the Lindmoor Courier."));
}

#[test]
fn an_unnamed_speaker_is_weak_however_exact_the_quotation() {
    let quoted = "“The pump failed and the cellar flooded within an hour,” said ";
    let named = format!("{quoted}Hanna Voss.");
    let unnamed = format!("{quoted}a senior government official.");
    assert_eq!(claim(&named, "pump").ladder, Some(Support::Quote));
    let unnamed = claim(&unnamed, "pump");
    assert_eq!((unnamed.ladder, unnamed.ground), (Some(Support::WeakAnon), Some(Ground::QuotesUnnamed)));
}

#[test]
fn what_is_said_in_a_document_rests_on_it() {
    let written = claim("The charity said in a filing that it lost $9 million.", "charity");
    assert_eq!(written.ladder, Some(Support::Document));
    let spoken = claim("The charity said on Monday that it lost $9 million.", "charity");
    assert_eq!(spoken.ladder, Some(Support::Named));
}

#[test]
fn a_source_goes_on_in_its_paragraph_and_no_further() {
    let text = "The minister said 40 bridges were closed. He also promised $9 million for repairs. \
                Costs would rise by a third.\n\nThe county has lost 300 jobs in the mills.";
    assert_eq!(claim(text, "Costs").ladder, Some(Support::Carry));
    assert_eq!(claim(text, "The county").ladder, Some(Support::None));
}

#[test]
fn a_present_perfect_is_the_writers_own() {
    let text = "The minister said 40 bridges were closed. All of this has crippled the trade in the valley.";
    assert_ne!(claim(text, "All of this").ladder, Some(Support::Carry));
}

#[test]
fn a_line_that_hands_over_carries_the_paragraph_after_it() {
    let text = "The mayor was asked about the flood.\n\nThe Lindmoor Courier reports:\n\nNine streets were under water on Friday.";
    assert_eq!(claim(text, "Nine streets").ladder, Some(Support::Carry));
}

#[test]
fn several_polls_are_nobody_in_particular() {
    assert_eq!(claim("Several polls found 40 percent against the bridge.", "polls").ladder, Some(Support::WeakWeasel));
}

#[test]
fn a_hedge_softens_only_on_the_main_verb() {
    let main = claim("The bridge may have cost 40 jobs.", "bridge");
    assert_eq!(main.ladder, Some(Support::WeakHedge));
    let late = claim("The bridge cost 40 jobs in a town that was never rich and may yet be poor.", "bridge");
    assert_eq!(late.ladder, Some(Support::None));
}

#[test]
fn a_wish_was_considered_and_is_no_support() {
    let text = "The county has lost 40 jobs that the minister wants to save.";
    let found = claim(text, "county");
    assert_eq!(found.ladder, Some(Support::None));
    assert_eq!(found.ground, Some(Ground::NoReport));
    assert!(found.attribution.is_some());
}

const NEWS: &str = "The council approved the bridge on Tuesday.\n\nWork will begin in June.\n\n\
    The mayor signed the contract on Wednesday.\n\nThe firm was founded in 1902.\n\n\
    It won the contract for the harbour in 2019.";

#[test]
fn the_public_record_needs_no_source_in_news_of_record() {
    for fragment in ["The mayor signed", "The firm was", "It won"] {
        let found = claim(NEWS, fragment);
        assert_eq!((found.ladder, found.exemption), (Some(Support::None), Some(Exemption::PublicRecord)), "{fragment}");
        assert!(!found.is_check_worthy() || found.support == Some(Support::Background));
    }
}

#[test]
fn a_vote_with_its_tally_is_on_record_anywhere() {
    for vote in [
        "Councillors in Hale voted 11 to 6 on Tuesday to spend $4.2 million on a bridge.",
        "The House passed the $4 million levy by a margin of 52-48.",
    ] {
        assert_eq!(claim(vote, vote).exemption, Some(Exemption::PublicRecord), "{vote}");
    }
    for other in [
        "Councillors in Hale spent $4.2 million in 6 to 11 weeks on a bridge.",
        "The vote of 52-48 caused the loss of $4 million in Hale.",
    ] {
        assert_eq!(claim(other, other).exemption, None, "{other}");
    }
}

#[test]
fn causes_accusations_and_trends_do_even_there() {
    for grave in [
        "The contract has ruined nine families in the valley.",
        "The firm bribed nine officials of the county.",
        "These delays caused the loss of 40 jobs.",
    ] {
        let text = format!("{NEWS}\n\n{grave}");
        let found = claim(&text, grave);
        assert_eq!((found.support, found.exemption), (Some(Support::None), None), "{grave}");
        assert!(found.severity >= 0.5, "{grave} {}", found.severity);
    }
}

#[test]
fn plain_statements_need_a_source_where_no_record_is_told() {
    let text = "Nobody in the valley will talk.\n\nThe firm pays 40 officials through a bank in Oslo.\n\n\
                Its owner is feared.\n\nThe money is hidden in nine accounts abroad.";
    assert_eq!(claim(text, "The money").support, Some(Support::None));
}

#[test]
fn a_lead_may_leave_its_source_to_the_next_sentence() {
    let lead = "A leak at the mill has poisoned 40 wells.";
    let sourced = format!("{lead} Mayor Hanna Voss said the mill knew of the leak.");
    assert_eq!(claim(&sourced, lead).exemption, Some(Exemption::Lead));
    let unsourced = format!("{lead} Fences stand around the field.");
    assert_eq!(claim(&unsourced, lead).exemption, None);
}

#[test]
fn the_reporters_own_eyes_and_open_gaps_are_exempt() {
    assert_eq!(
        claim("I counted 40 boats in the harbour of Lindmoor.", "40").exemption,
        Some(Exemption::OwnObservation)
    );
    assert_eq!(
        claim("There is no evidence that the 40 wells were poisoned.", "40").exemption,
        Some(Exemption::NegatedEvidence)
    );
}

#[test]
fn the_gravest_claims_come_first() {
    let grave = claim("The firm bribed nine officials and caused 40 deaths.", "firm").severity;
    let plain = claim("The firm has 40 boats.", "firm").severity;
    assert!(grave > plain, "{grave} {plain}");
    let weak = claim("The firm bribed nine officials and caused 40 deaths, a source said.", "firm").severity;
    assert!(weak < grave && weak > 0.0, "{weak} {grave}");
    assert_eq!(claim("Hanna Voss said the firm bribed nine officials.", "firm").severity, 0.0);
}

#[test]
fn headlines_have_a_ladder_but_no_support() {
    let text = "Mayor says bridge is safe\n\nThe bridge was closed on Friday, Mayor Hanna Voss said.";
    let found = claim(text, "Mayor says");
    assert_eq!((found.support, found.ladder), (None, Some(Support::Named)));
}

#[test]
fn ages_and_scores_are_no_figures() {
    let figures = |text: &str| Analysis::of(&Article::from_text(text)).facts.sentences[0].figures;
    assert_eq!(figures("Hanna Voss, 47, left the council."), 0);
    assert_eq!(figures("The driver was 19 years old when he fell."), 0);
    assert_eq!(figures("Lindmoor beat Hale 3-2 on the night."), 0);
    assert_eq!(figures("The ferry carries 47 cars."), 1);
}

#[test]
fn an_excerpt_rests_on_the_outlet_that_it_is_taken_from() {
    let text = "The mill is in the news.\n\nHarbour News reports:\n\nThe mill lost $9 million in May.\n\n\
                Its owner closed two of the five halls.\n\nI was there, and I counted 40 empty lorries.\n\n\
                The firm has bribed nine officials.";
    for fragment in ["The mill lost", "Its owner"] {
        assert_eq!(claim(text, fragment).ladder, Some(Support::Carry), "{fragment}");
    }
    assert_eq!(claim(text, "The firm has").ladder, Some(Support::None));
}

#[test]
fn a_list_of_figures_rests_on_what_introduces_it() {
    let text = "The council of Hale said the count was over. These are the figures for each ward:\n\n\
                Harbour: 4,200\n\nMill: 3,100";
    assert_eq!(claim(text, "Mill:").ladder, Some(Support::Carry));
}

#[test]
fn a_signed_post_is_a_quotation() {
    let text = "The mayor was asked about the flood.\n\nThe Hale bridge lost two of its nine piers last night. \
                Trains stop at Lindmoor. — Hanna Voss (@hannavoss) May 4, 2021";
    assert_eq!(claim(text, "two of its nine").ladder, Some(Support::Quote));
    let named = "The firm of Hanna Voss (@hannavoss) lost two of its nine boats in May.";
    assert_eq!(claim(named, "nine boats").ladder, Some(Support::None));
}

#[test]
fn what_is_done_by_speaking_is_no_source() {
    for deed in [
        "The court of Hale rejected the suit over the 40 wells.",
        "Mayor Hanna Voss apologized and closed nine of the wells.",
        "The mayor added a wing with 40 beds to the clinic.",
    ] {
        assert_eq!(claim(deed, deed).ladder, Some(Support::None), "{deed}");
    }
    let said = "Mayor Hanna Voss added that the clinic has 40 beds.";
    assert_eq!(claim(said, said).ladder, Some(Support::Named));
}

#[test]
fn a_demonstrative_with_a_noun_comments() {
    let text = "The minister said 40 bridges were closed. These bridges are beginning to cost the towns their trade.";
    assert_ne!(claim(text, "These bridges").ladder, Some(Support::Carry));
    let passive = "The minister said 40 bridges were closed. He has been invited to the opening in Hale by the firm.";
    assert_ne!(claim(passive, "He has been").ladder, Some(Support::Carry));
}

#[test]
fn talk_is_a_bare_source() {
    let text = "There have been reports that the mill in Hale will close nine halls.";
    assert_eq!(claim(text, text).ladder, Some(Support::WeakBare));
}

#[test]
fn what_an_outlet_found_out_is_its_report() {
    let text = "The Harbour Courier discovered nine empty accounts of the firm.";
    assert_eq!(claim(text, text).ladder, Some(Support::Named));
}

const TALE: &str = "Nobody in the valley will talk.\n\nIts owner is feared.\n\nThe children stay at home.";

#[test]
fn pictures_prices_and_public_events_can_be_looked_up() {
    for (plain, exemption) in [
        ("In the photos Hanna Voss has nine dogs with her.", Exemption::OwnObservation),
        ("Voss Mills jumped 8 percent to $38 in Oslo trading.", Exemption::PublicRecord),
        ("Hanna Voss spoke to 40 people at the party convention in Hale.", Exemption::PublicRecord),
    ] {
        let found = claim(&format!("{TALE}\n\n{plain}"), plain);
        assert_eq!((found.ladder, found.exemption), (Some(Support::None), Some(exemption)), "{plain}");
    }
}

#[test]
fn commentary_is_no_news_of_record() {
    let comment = "Sadly, this shameful and disgraceful farce is an outrage.";
    let text = format!(
        "{NEWS}\n\n{comment}\n\n{comment} Enough!\n\n{comment} Stop it!\n\nThe money is hidden in nine accounts abroad."
    );
    assert_eq!(claim(&text, "The money").support, Some(Support::None));
    let news = format!("{NEWS}\n\nThe money is hidden in nine accounts abroad.");
    assert_eq!(claim(&news, "The money").exemption, Some(Exemption::PublicRecord));
}

#[test]
fn the_figures_of_a_named_survey_rest_on_it() {
    let lead = "The mayor is ahead in the latest Courier/Hale College poll of 900 voters, published on Monday.\n\n";
    for line in [
        "Among likely voters, 46 percent would choose the mayor and 44 percent her rival.",
        "In August, that lead was 7 points.",
        "The registered voter sample is 834, with a margin of error of plus or minus 4 percentage points.",
    ] {
        let text = format!("{lead}{line}");
        assert_eq!(claim(&text, line).ladder, Some(Support::Carry), "{line}");
        // Without a poll that somebody made they rest on nothing.
        let bare = format!("Voters went to the polls on Monday in the town.\n\n{line}");
        assert_ne!(claim(&bare, line).ladder, Some(Support::Carry), "{line}");
    }
}

#[test]
fn whoever_brings_a_charge_says_what_it_is() {
    let ladder = |text: &str| claim(text, text).ladder;
    assert_eq!(ladder("Federal prosecutors charged two men with fraud."), Some(Support::Named));
    assert_eq!(ladder("The garage charged drivers $9 a day."), Some(Support::None));
}

#[test]
fn silence_and_dates_to_come_need_no_support() {
    for text in [
        "A spokesman for the mill and a lawyer for the port have not yet returned calls on 9 July.",
        "The arguments will be heard by 10 judges because the chief judge has left the case.",
    ] {
        assert!(claim(text, text).exemption.is_some(), "{text}");
    }
}
