//! Where everything stands in the picture of the traffic: pure geometry over the snapshot.

use viridian_shared::{
    colour::{Colour, Coloured, coloured},
    commit::short,
    snapshot::Snapshot,
    traffic::{Answer, Door, Target, TargetGroup},
    words::fixed,
};

use crate::view::status::{Status, of_target, task_set_word};

pub const WIDTH: f64 = 740.0;
pub const DOOR_X: f64 = 112.0;
pub const DOOR_WIDTH: f64 = 194.0;
pub const DOOR_HEIGHT: f64 = 60.0;
pub const SET_X: f64 = 386.0;
pub const SET_WIDTH: f64 = 350.0;
pub const CHIP_HEIGHT: f64 = 28.0;

/// Room inside a set for its targets.
const CHIPS: f64 = SET_WIDTH - 28.0;
/// Characters that fit on a target when two stand beside each other.
const HALF: usize = 19;
/// Targets drawn one by one; the rest is counted.
const MOST_TARGETS: usize = 8;
const GAP: f64 = 16.0;
const SET_HEAD: f64 = 44.0;

/// The whole picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    pub height: f64,
    pub doors: Vec<DoorBox>,
    pub sets: Vec<SetBox>,
    pub lanes: Vec<Lane>,
}

/// A way in.
#[derive(Debug, Clone, PartialEq)]
pub struct DoorBox {
    pub y: f64,
    pub who: &'static str,
    pub requests: Option<String>,
    pub title: String,
    pub priority: String,
    pub rule: String,
    /// Whether it sends anybody anywhere.
    pub forwards: bool,
    /// What it forwards to, for the list of a small screen.
    pub shares: Vec<(String, Option<Colour>)>,
}

/// A task set, or a target group that has none.
#[derive(Debug, Clone, PartialEq)]
pub struct SetBox {
    pub y: f64,
    pub height: f64,
    pub colour: Option<Colour>,
    pub name: String,
    pub facts: String,
    pub targets: Vec<Chip>,
    pub rest: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Chip {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub text: String,
    pub status: Status,
    pub reason: Option<String>,
}

/// Traffic that flows from a door to a set.
#[derive(Debug, Clone, PartialEq)]
pub struct Lane {
    pub path: String,
    pub colour: Option<Colour>,
    pub width: f64,
    /// Where it begins, and how far from there it leads.
    pub from: (f64, f64),
    pub by: (f64, f64),
    /// Its share, where a door has several lanes.
    pub label: Option<(f64, f64, String)>,
}

/// Draws the snapshot; none before traffic and tasks were read.
pub fn picture(snapshot: &Snapshot) -> Option<Picture> {
    let traffic = snapshot.traffic()?;
    let sets = coloured(snapshot);
    // Both colours are laid out alike: what does not fit half of the room in one takes all of it in both.
    let groups = || sets.iter().filter_map(|it| it.group).chain(&traffic.target_groups);
    let is_narrow = groups().flat_map(|group| group.targets.iter().take(MOST_TARGETS)).all(fits_half);
    let doors = [(&traffic.production, "Customers", "Production"), (&traffic.test, "Testers", "Test")];
    let mut boxes: Vec<(Option<String>, SetBox)> =
        sets.iter().map(|it| (it.set.target_group.clone(), set_box(it, is_narrow))).collect();
    for group in &traffic.target_groups {
        let is_orphan = !sets.iter().any(|it| it.set.target_group.as_deref() == Some(group.arn.as_str()));
        if is_orphan && doors.iter().any(|(door, ..)| door.names(&group.arn)) {
            boxes.push((Some(group.arn.clone()), orphan_box(group, is_narrow)));
        }
    }
    let mut y = 2.0;
    for (_, set) in &mut boxes {
        set.y = y;
        set.targets.iter_mut().for_each(|chip| chip.y += y);
        y += set.height + GAP;
    }
    let height = (y - GAP + 2.0).max(170.0);
    let centre = |index: usize, of: f64| boxes.get(index).map_or(of, |(_, set)| set.y + set.height / 2.0);
    let first = centre(0, height * 0.25).min(height * 0.4).max(DOOR_HEIGHT / 2.0 + 2.0);
    let second =
        centre(1, height * 0.75).min(height - DOOR_HEIGHT / 2.0 - 2.0).max(first + DOOR_HEIGHT + GAP);
    let door_boxes: Vec<_> = doors
        .iter()
        .zip([first, second])
        .map(|((door, who, name), y)| {
            let requests = requests(door, doors.map(|(door, ..)| door), &traffic.target_groups);
            DoorBox { requests, ..door_box(door, who, name, y, &boxes) }
        })
        .collect();
    let lanes =
        doors.iter().zip([first, second]).flat_map(|((door, ..), y)| lanes(door, y, &boxes)).collect();
    let height = height.max(second + DOOR_HEIGHT / 2.0 + 2.0);
    Some(Picture { height, doors: door_boxes, sets: boxes.into_iter().map(|(_, set)| set).collect(), lanes })
}

fn set_box(it: &Coloured<'_>, is_narrow: bool) -> SetBox {
    let set = it.set;
    let commit = set.commit.as_deref().map_or("no commit", short);
    let state = if set.is_steady {
        "steady".to_owned()
    } else {
        format!("{} of {} tasks run", set.running_count, set.desired_count)
    };
    let facts = format!("{commit} · {} · {state}", task_set_word(&set.status));
    let (targets, rest) = chips(it.group, is_narrow);
    SetBox {
        y: 0.0,
        height: height_of(&targets, rest.as_ref()),
        colour: Some(it.colour),
        name: it.colour.word().to_owned(),
        facts,
        targets,
        rest,
    }
}

fn orphan_box(group: &TargetGroup, is_narrow: bool) -> SetBox {
    let (targets, rest) = chips(Some(group), is_narrow);
    let facts = cut(&format!("{} · no task set", group.name), 44);
    SetBox {
        y: 0.0,
        height: height_of(&targets, rest.as_ref()),
        colour: None,
        name: "Target group".to_owned(),
        facts,
        targets,
        rest,
    }
}

/// What is written on a target.
fn on_target(target: &Target) -> String {
    format!("{} {}", target.id, of_target(&target.health).word)
}

fn fits_half(target: &Target) -> bool {
    on_target(target).chars().count() <= HALF
}

fn chips(group: Option<&TargetGroup>, is_narrow: bool) -> (Vec<Chip>, Option<String>) {
    let Some(group) = group.filter(|group| !group.targets.is_empty()) else {
        return (Vec::new(), Some("No targets".to_owned()));
    };
    let (columns, width, fit) =
        if is_narrow { (2, (CHIPS - 10.0) / 2.0, HALF) } else { (1, CHIPS, 2 * HALF + 4) };
    let chip = |(index, target): (usize, &Target)| {
        #[expect(clippy::cast_precision_loss, reason = "a handful of rows")]
        let (column, row) = ((index % columns) as f64, (index / columns) as f64);
        Chip {
            x: SET_X + 14.0 + column * (width + 10.0),
            y: SET_HEAD + row * (CHIP_HEIGHT + 8.0),
            width,
            text: cut(&on_target(target), fit),
            status: of_target(&target.health),
            reason: target.reason.clone(),
        }
    };
    let shown = group.targets.iter().take(MOST_TARGETS).enumerate().map(chip).collect();
    let hidden = group.targets.len().saturating_sub(MOST_TARGETS);
    let rest = (hidden > 0)
        .then(|| format!("and {hidden} more; {} of {} healthy", group.healthy(), group.present()));
    (shown, rest)
}

fn height_of(targets: &[Chip], rest: Option<&String>) -> f64 {
    let end = targets.iter().map(|chip| chip.y + CHIP_HEIGHT + 8.0).fold(SET_HEAD, f64::max);
    end + if rest.is_some() { 24.0 } else { 6.0 }
}

fn door_box(
    door: &Door,
    who: &'static str,
    name: &str,
    y: f64,
    boxes: &[(Option<String>, SetBox)],
) -> DoorBox {
    let share = |group: &str| {
        let set = boxes.iter().find(|(arn, _)| arn.as_deref() == Some(group)).map(|(_, set)| set);
        let to = set.map_or_else(|| "nothing".to_owned(), |set| set.name.to_ascii_lowercase());
        (format!("{}% {to}", fixed(door.share(group) * 100.0, 0)), set.and_then(|set| set.colour))
    };
    let shares: Vec<_> = match &door.answer {
        Answer::Forward { to } => to.iter().map(|weight| share(&weight.target_group)).collect(),
        Answer::Fixed { status, .. } => vec![(format!("answers {status}"), None)],
        Answer::Redirect { .. } => vec![("redirects".to_owned(), None)],
        Answer::Other { name } => vec![(name.clone(), None)],
    };
    let rule = shares.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>().join(" · ");
    DoorBox {
        y,
        who,
        requests: None,
        title: format!("{name} :{}", door.port),
        priority: if door.priority == "default" {
            "default".to_owned()
        } else {
            format!("rule {}", door.priority)
        },
        rule: cut(&rule, 28),
        forwards: matches!(door.answer, Answer::Forward { .. }),
        shares,
    }
}

/// Requests in a minute through one door; unknown where another door leads to the same targets.
fn requests(door: &Door, doors: [&Door; 2], groups: &[TargetGroup]) -> Option<String> {
    let mut sum = None;
    for group in groups.iter().filter(|group| door.share(&group.arn) > 0.0) {
        if doors.iter().filter(|door| door.share(&group.arn) > 0.0).count() > 1 {
            return None;
        }
        sum = Some(sum.unwrap_or(0.0) + group.requests_per_minute?);
    }
    sum.map(|rate: f64| format!("{} req/min", fixed(rate, 0)))
}

fn lanes(door: &Door, y: f64, boxes: &[(Option<String>, SetBox)]) -> Vec<Lane> {
    let Answer::Forward { to } = &door.answer else { return Vec::new() };
    let flowing: Vec<_> = to.iter().filter(|weight| door.share(&weight.target_group) > 0.0).collect();
    let from = DOOR_X + DOOR_WIDTH;
    let lane = |weight: &&viridian_shared::traffic::Weight| {
        let set = boxes
            .iter()
            .find(|(arn, _)| arn.as_deref() == Some(weight.target_group.as_str()))
            .map(|(_, set)| set)?;
        let share = door.share(&weight.target_group);
        let end = y.min(set.y + set.height - 14.0).max(set.y + 14.0);
        let middle = f64::midpoint(from, SET_X);
        Some(Lane {
            path: curve(from, y, end),
            from: (from, y),
            by: (SET_X - from, end - y),
            colour: set.colour,
            width: 1.5 + 2.0 * share,
            label: (flowing.len() > 1).then(|| {
                (middle + 8.0, f64::midpoint(y, end) - 6.0, format!("{}%", fixed(share * 100.0, 0)))
            }),
        })
    };
    flowing.iter().filter_map(lane).collect()
}

/// From a door to a set, level at both ends.
fn curve(from: f64, y: f64, end: f64) -> String {
    let [x, middle, to, y, end] = [from, f64::midpoint(from, SET_X), SET_X, y, end].map(px);
    format!("M{x} {y} C{middle} {y} {middle} {end} {to} {end}")
}

/// A length in the picture.
pub fn px(length: f64) -> String {
    fixed(length, 1)
}

/// As many characters as fit, and a sign that there are more.
fn cut(text: &str, fit: usize) -> String {
    if text.chars().count() <= fit {
        return text.to_owned();
    }
    let kept: String = text.chars().take(fit.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}
