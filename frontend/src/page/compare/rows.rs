//! Both answers side by side, row by row: only what is in sight is asked for and drawn.

pub mod draw;
pub mod lines;
pub mod scale;
pub mod sheet;

use leptos::{html, task::spawn_local};
use viridian_shared::{
    comparison::view::{Rows, View},
    problem::Problem,
    route,
};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use self::sheet::{Sheet, WINDOW};
use super::state::ComparePage;
use crate::{api, prelude::*, view::problem::ProblemNote};

/// Width of line number and sign, and of what must be seen of a difference, in pixels.
const GUTTER: i32 = 76;
const LOOK_AHEAD: i32 = 160;
/// What is left free beside it.
const MARGIN: i32 = 24;

/// The parts of the view that are drawn by hand.
#[derive(Clone, Copy)]
struct Scroller {
    compare: ComparePage,
    view: View,
    sheet: StoredValue<Sheet, LocalStorage>,
    node: NodeRef<html::Div>,
    body: NodeRef<html::Div>,
    /// What scrolls both sides sideways.
    across: NodeRef<html::Div>,
    /// Whether a drawing is due with the next frame.
    is_due: StoredValue<bool>,
    /// Whether the difference in sight is still to be looked for in its line.
    is_mark_due: StoredValue<bool>,
    problem: RwSignal<Option<Problem>>,
}

/// The view.
#[component]
pub fn RowsView(view: View) -> impl IntoView {
    let compare: ComparePage = expect_context();
    let scroller = Scroller {
        compare,
        view,
        sheet: StoredValue::new_local(Sheet::default()),
        node: NodeRef::new(),
        body: NodeRef::new(),
        across: NodeRef::new(),
        is_due: StoredValue::new(false),
        is_mark_due: StoredValue::new(false),
        problem: RwSignal::new(None),
    };
    let outline = compare.outline;
    outline.set(None);
    on_cleanup(move || drop(outline.try_set(None)));
    spawn_local(scroller.ask(0));
    scroller.follow();
    let resized = window_event_listener(leptos::ev::resize, move |_| scroller.draw_soon());
    on_cleanup(move || resized.remove());
    let across = scroller.across;
    let shift = RwSignal::new(0_i32);
    let widest = move || outline.with(|it| it.as_ref().map_or(0, |it| it.widest));
    let (is_read, problem) = (Memo::new(move |_| outline.with(Option::is_some)), scroller.problem);
    let total = move || {
        is_read.get().then(|| scroller.sheet.try_with_value(Sheet::count).unwrap_or_default().to_string())
    };
    // A wheel that turns sideways turns both sides.
    let wheel = move |event: leptos::ev::WheelEvent| {
        if let Some(across) = across.get_untracked().filter(|_| event.delta_x().abs() > event.delta_y().abs())
        {
            event.prevent_default();
            #[expect(clippy::cast_possible_truncation, reason = "a wheel turns by few pixels")]
            across.set_scroll_left(across.scroll_left() + event.delta_x() as i32);
        }
    };
    view! {
        <ProblemNote problem/>
        <div class="rows" data-read=move || is_read.get().to_string() data-shifted=move || (shift.get() > 0).to_string()
            style:--widest=move || widest().to_string() style:--shift=move || format!("-{}px", shift.get())>
            <div class="rows__scroller" node_ref=scroller.node tabindex="0" role="table" aria-label="Blue and green, row by row"
                aria-rowcount=total on:scroll=move |_| scroller.draw_soon() on:click=move |event| scroller.press(&event) on:wheel=wheel>
                <div class="rows__head" role="rowgroup"><div role="row">
                    <span role="columnheader" class="colour" data-colour="blue">"Blue"</span>
                    <span role="columnheader" class="colour" data-colour="green">"Green"</span>
                </div></div>
                <div class="rows__body" role="rowgroup" node_ref=scroller.body></div>
            </div>
            <div class="rows__across" node_ref=across tabindex="0" role="region" aria-label="Scroll both sides sideways"
                on:scroll=move |event| shift.set(event_target::<Element>(&event).scroll_left())>
                <div class="rows__width"></div>
            </div>
            <Show when=move || !is_read.get() && problem.with(Option::is_none)><p class="skeleton rows__skeleton" aria-hidden="true"></p></Show>
        </div>
    }
}

impl Scroller {
    /// Goes to the difference that the address names, and folds as it says.
    fn follow(self) {
        let ComparePage { picked, outline, .. } = self.compare;
        let is_unfolded = Memo::new(move |_| picked.with(|it| it.is_unfolded));
        let here = Memo::new(move |_| picked.with(|it| it.difference));
        Effect::new(move |_| {
            let is_unfolded = is_unfolded.get();
            let number = here.get().unwrap_or(1).max(1) as usize;
            let at = outline.with(|it| it.as_ref().and_then(|it| it.differences.get(number - 1).copied()));
            self.sheet.update_value(|sheet| sheet.fold(is_unfolded));
            if let (Some(at), Some(node)) = (at, self.node.get()) {
                let window = f64::from(node.client_height());
                let top = self.sheet.try_update_value(|sheet| sheet.go_to(at, window));
                self.draw();
                self.scroll(top.unwrap_or_default());
                self.is_mark_due.set_value(true);
                self.draw();
            }
            self.draw_soon();
        });
    }

    /// Scrolls sideways where what differs stands far to the right in its line, once it is drawn.
    fn show_mark(self, node: &Element) {
        let Some(across) = self
            .across
            .try_get_untracked()
            .flatten()
            .filter(|_| self.is_mark_due.try_get_value() == Some(true))
        else {
            return;
        };
        let mark = node.query_selector(".rows__line[data-here] mark").ok().flatten();
        let Some(mark) = mark.and_then(|mark| mark.dyn_into::<HtmlElement>().ok()) else { return };
        let Some(cell) = mark.closest(".rows__cell").ok().flatten() else { return };
        self.is_mark_due.set_value(false);
        let end = mark.offset_left() + mark.offset_width().min(LOOK_AHEAD);
        // As little as needed, so that the beginning of the line stays in sight where it can.
        across.set_scroll_left((end + MARGIN - (cell.client_width() - GUTTER)).max(0));
    }

    #[expect(clippy::cast_possible_truncation, reason = "a sheet is eight million pixels at most")]
    fn scroll(self, top: f64) {
        if let Some(node) = self.node.try_get_untracked().flatten() {
            node.set_scroll_top(top as i32);
        }
    }

    fn draw_soon(self) {
        // A scroll that the browser tells of late finds nothing to be drawn any more.
        if self.is_due.try_get_value() == Some(false) {
            self.is_due.set_value(true);
            request_animation_frame(move || {
                self.is_due.try_update_value(|is_due| *is_due = false);
                self.draw();
            });
        }
    }

    fn draw(self) {
        let (node, body) = (self.node.try_get_untracked().flatten(), self.body.try_get_untracked().flatten());
        let (Some(node), Some(body)) = (node, body) else { return };
        let wanted = self.sheet.try_update_value(|sheet| sheet.draw(&node, &body));
        for number in wanted.unwrap_or_default() {
            spawn_local(self.ask(number));
        }
        self.show_mark(&node);
    }

    async fn ask(self, number: u32) {
        let Some(path) = self.path(number) else { return };
        let answer = api::ask::<Rows>(&path).await;
        match answer {
            Ok(rows) => {
                let outline = rows.outline.clone();
                if self.sheet.try_update_value(|sheet| sheet.take(rows)).is_none() {
                    return;
                }
                self.problem.try_set(None);
                if outline.is_some() {
                    self.compare.outline.try_set(outline);
                }
            }
            Err(refused) => {
                self.sheet.try_update_value(|sheet| sheet.forget(number));
                self.problem.try_set(Some(refused));
                return;
            }
        }
        self.draw_soon();
    }

    fn path(self, number: u32) -> Option<String> {
        let run = self.compare.run.try_get_untracked()??;
        let probe = self.compare.picked.try_with_untracked(|it| it.probe.clone())??;
        let service = self.compare.service.try_get_untracked()??;
        Some(route::rows(&service, &run, &probe, self.view, number.saturating_mul(WINDOW), WINDOW))
    }

    /// A press on a fold, or on the way to the other end of something that moved.
    fn press(self, event: &leptos::ev::MouseEvent) {
        let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
        let Some(button) = target.and_then(|it| it.closest("button").ok().flatten()) else { return };
        let number = |name: &str| button.get_attribute(name).and_then(|it| it.parse::<u32>().ok());
        if let Some(fold) = number("data-fold") {
            self.sheet.update_value(|sheet| sheet.open(fold as usize));
            self.draw();
        }
        if let (Some(row), Some(node)) = (number("data-twin"), self.node.get_untracked()) {
            let window = f64::from(node.client_height());
            self.scroll(self.sheet.with_value(|sheet| sheet.scroll_to(row, window)));
        }
    }
}
