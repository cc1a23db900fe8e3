//! Approvals and the places that a policy keeps for them: each voter takes one, and a place that is kept for some
//! group or role is taken by nobody else.

use viridian_shared::{policy::Policy, words::list};

/// The places of a policy, some of them taken.
#[derive(Debug, Clone)]
pub(crate) struct Seats<'p> {
    /// For whom each is kept; none for anybody.
    kept: Vec<Option<&'p [String]>>,
    /// Which voter has it.
    taken: Vec<Option<usize>>,
}

impl<'p> Seats<'p> {
    /// Gives each voter a place as far as that goes: as many as can be are seated.
    pub(crate) fn of(policy: &'p Policy, voters: &[&[String]]) -> Self {
        let mut kept = Vec::new();
        for quota in &policy.from {
            kept.extend((0..quota.approvals).map(|_| Some(quota.of.as_slice())));
        }
        kept.resize(kept.len().max(policy.needed() as usize), None);
        let mut seats = Self { taken: vec![None; kept.len()], kept };
        for voter in 0..voters.len() {
            seats.place(voter, voters, &mut vec![false; seats.kept.len()]);
        }
        seats
    }

    /// Finds a place for a voter, where others may have to change theirs.
    fn place(&mut self, voter: usize, voters: &[&[String]], tried: &mut [bool]) -> bool {
        for seat in 0..self.kept.len() {
            let fits = self.kept[seat].is_none_or(|of| of.iter().any(|name| voters[voter].contains(name)));
            if !fits || tried[seat] {
                continue;
            }
            tried[seat] = true;
            if self.taken[seat].is_none_or(|other| self.place(other, voters, tried)) {
                self.taken[seat] = Some(voter);
                return true;
            }
        }
        false
    }

    pub(crate) fn number_taken(&self) -> usize {
        self.taken.iter().flatten().count()
    }

    pub(crate) fn number_free(&self) -> usize {
        self.taken.len() - self.number_taken()
    }

    /// What is missing and from whom: "2 more approvals are needed, 1 from qa and 1 from anybody."
    pub(crate) fn missing(&self) -> String {
        let is_free = |seat: &usize| self.taken[*seat].is_none();
        let free: Vec<_> = (0..self.kept.len()).filter(is_free).map(|seat| self.kept[seat]).collect();
        let number = match free.len() {
            0 => return String::new(),
            1 => "1 more approval is needed".to_owned(),
            number => format!("{number} more approvals are needed"),
        };
        if free.iter().all(Option::is_none) {
            return format!("{number}.");
        }
        let mut parts: Vec<(String, usize)> = Vec::new();
        for kept in free {
            let whom = kept.map_or_else(|| "anybody".to_owned(), |of| list(of, "or"));
            match parts.iter_mut().find(|(other, _)| *other == whom) {
                Some((_, count)) => *count += 1,
                None => parts.push((whom, 1)),
            }
        }
        match parts.as_slice() {
            [(whom, _)] => format!("{number}, from {whom}."),
            parts => {
                let parts: Vec<_> =
                    parts.iter().map(|(whom, count)| format!("{count} from {whom}")).collect();
                format!("{number}, {}.", list(&parts, "and"))
            }
        }
    }
}
