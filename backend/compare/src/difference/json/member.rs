//! Which key of one object is which key of the other.

use std::collections::HashMap;

use super::node::Member;

const FEW: usize = 16;

/// A key that one object has, or both.
pub(super) enum Match<'n, 'a> {
    Both(&'n Member<'a>, &'n Member<'a>),
    Left(&'n Member<'a>),
    Right(&'n Member<'a>),
}

/// The left keys in their order, then those that only the right has.
pub(super) fn matches<'n, 'a>(left: &'n [Member<'a>], right: &'n [Member<'a>]) -> Vec<Match<'n, 'a>> {
    if left.len() == right.len() && left.iter().zip(right).all(|(left, right)| left.key == right.key) {
        return left.iter().zip(right).map(|(left, right)| Match::Both(left, right)).collect();
    }
    let (lefts, rights) = (Index::of(left), Index::of(right));
    let of_left = left.iter().map(|member| match rights.get(member) {
        Some(other) => Match::Both(member, other),
        None => Match::Left(member),
    });
    let of_right = right.iter().filter(|member| lefts.get(member).is_none()).map(Match::Right);
    of_left.chain(of_right).collect()
}

enum Index<'n, 'a> {
    Few(&'n [Member<'a>]),
    Many(HashMap<&'n str, &'n Member<'a>>),
}

impl<'n, 'a> Index<'n, 'a> {
    fn of(members: &'n [Member<'a>]) -> Self {
        if members.len() <= FEW {
            return Self::Few(members);
        }
        Self::Many(members.iter().map(|member| (member.key.as_ref(), member)).collect())
    }

    fn get(&self, wanted: &Member<'_>) -> Option<&'n Member<'a>> {
        match self {
            Self::Few(members) => members.iter().find(|it| it.key == wanted.key),
            Self::Many(members) => members.get(wanted.key.as_ref()).copied(),
        }
    }
}
