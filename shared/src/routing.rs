//! Who sees what: what each rule of a snapshot does with requests, and the text equivalent of the traffic picture.

use crate::{
    colour::coloured,
    journal::{
        observation::{Share, ShareOf},
        rule,
    },
    snapshot::Snapshot,
    traffic::{Answer, Door},
    words::many,
};

/// Who sees what, in one paragraph: the text equivalent of the traffic picture.
pub fn traffic(snapshot: &Snapshot) -> String {
    let Some(traffic) = snapshot.traffic() else { return "Nothing is known of the traffic yet.".to_owned() };
    format!(
        "Production on port {} {}. Test on port {} {}.",
        traffic.production.port,
        door(snapshot, &traffic.production),
        traffic.test.port,
        door(snapshot, &traffic.test)
    )
}

/// What a rule does with requests, as the rest of a sentence: "sends 100% to blue, commit 71b8d02".
pub fn door(snapshot: &Snapshot, door: &Door) -> String {
    rule(door, &shares(snapshot, door))
}

/// What each target group of a rule gets, and who answers there.
pub fn shares(snapshot: &Snapshot, door: &Door) -> Vec<Share> {
    let sets = coloured(snapshot);
    let Answer::Forward { to } = &door.answer else { return Vec::new() };
    let share = |target_group: &str| {
        let set = sets.iter().find(|it| it.set.target_group.as_deref() == Some(target_group));
        Share {
            target_group: target_group.to_owned(),
            share: door.share(target_group),
            of: set.map(|it| ShareOf {
                colour: it.colour,
                commit: it.set.commit.clone(),
                targets: it.group.map(|group| (many(group.healthy()), many(group.present()))),
            }),
        }
    };
    to.iter().map(|weight| share(&weight.target_group)).collect()
}
