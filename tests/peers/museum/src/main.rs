//! A museum, served from memory on the router that is generated from Redocly's museum description.
//!
//! `museum ADDRESS`: the user `visitor` with the password `secret` may do everything.

use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::Json;
use axum::response::IntoResponse;
use bytes::Bytes;
use chrono::{Days, NaiveDate};
use http::StatusCode;
use museum_server_api::operations::*;
use museum_server_api::server::{
    self, AuthError, Credentials, Events, Failure, Gate, Operations, Parts, Rejection, Response, Tickets,
};
use museum_server_api::types::*;
use uuid::Uuid;

/// A portable network graphic of one pixel.
const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\
    \rIDATx\x9cc\xf8\xff\xff?\0\x05\xfe\x02\xfe\xa75\x81\x84\0\0\0\0IEND\xaeB`\x82";

/// How many hours or events a page holds if the caller does not say.
const PAGE: i64 = 10;

#[derive(Default)]
struct Museum {
    events: Mutex<BTreeMap<Uuid, SpecialEvent>>,
    tickets: Mutex<BTreeMap<Uuid, Ticket>>,
}

/// Who called.
struct Visitor;

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn problem(title: &str) -> Error {
    let mut error = Error::default();
    error.title = Some(title.to_owned());
    error
}

/// The items of a page, counted from 1.
fn page<T>(items: impl Iterator<Item = T>, page: Option<i64>, limit: Option<i64>) -> Vec<T> {
    let limit = usize::try_from(limit.unwrap_or(PAGE)).unwrap_or(0);
    let before = usize::try_from(page.unwrap_or(1).saturating_sub(1)).unwrap_or(0).saturating_mul(limit);
    items.skip(before).take(limit).collect()
}

impl Gate for Museum {
    type Caller = Visitor;

    async fn authenticate(
        &self,
        _: &Parts,
        credentials: Credentials,
        _: &[&str],
    ) -> Result<Visitor, Failure<AuthError>> {
        let shown = &credentials.museum_placeholder_auth;
        if shown.user == "visitor" && shown.password.expose() == "secret" {
            Ok(Visitor)
        } else {
            Err(AuthError::Unauthenticated("who are you?".to_owned()).into())
        }
    }

    /// The description knows 400, 401 and 404, each with the same body.
    fn reject(&self, rejection: Rejection) -> Response {
        let status = match rejection.status() {
            status @ (StatusCode::UNAUTHORIZED | StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED) => status,
            status if status.is_client_error() => StatusCode::BAD_REQUEST,
            status => status,
        };
        let body = Json(problem(rejection.message()));
        let (head, _) = rejection.into_response().into_parts();
        (status, head.headers, [(http::header::CONTENT_TYPE, "application/problem+json")], body).into_response()
    }
}

impl Operations for Museum {
    async fn get_museum_hours(
        &self,
        _: Visitor,
        params: GetMuseumHoursParams,
    ) -> Result<MuseumHours, Failure<GetMuseumHoursError>> {
        let start = params.start_date.or_else(|| NaiveDate::from_ymd_opt(2026, 1, 1)).unwrap_or_default();
        let days = (0..).map_while(|day| start.checked_add_days(Days::new(day)));
        let hours = days.take(100).map(|date| MuseumDailyHours::new(date, "09:00", "18:00"));
        Ok(page(hours, params.page, params.limit))
    }
}

impl Events for Museum {
    async fn create_special_event(
        &self,
        _: Visitor,
        body: SpecialEvent,
    ) -> Result<SpecialEvent, Failure<CreateSpecialEventError>> {
        let id = Uuid::new_v4();
        let event = SpecialEvent { event_id: Some(id), ..body };
        locked(&self.events).insert(id, event.clone());
        Ok(event)
    }

    async fn list_special_events(
        &self,
        _: Visitor,
        params: ListSpecialEventsParams,
    ) -> Result<SpecialEventCollection, Failure<ListSpecialEventsError>> {
        let is_wanted = |event: &&SpecialEvent| {
            (params.start_date.is_none() && params.end_date.is_none())
                || event.dates.iter().any(|date| {
                    params.start_date.is_none_or(|start| *date >= start)
                        && params.end_date.is_none_or(|end| *date <= end)
                })
        };
        let events = locked(&self.events);
        Ok(page(events.values().filter(is_wanted).cloned(), params.page, params.limit))
    }

    async fn get_special_event(
        &self,
        _: Visitor,
        event_id: Uuid,
    ) -> Result<SpecialEvent, Failure<GetSpecialEventError>> {
        let event = locked(&self.events).get(&event_id).cloned();
        Ok(event.ok_or_else(|| GetSpecialEventError::NotFound(problem("no such event")))?)
    }

    async fn update_special_event(
        &self,
        _: Visitor,
        event_id: Uuid,
        body: SpecialEventFields,
    ) -> Result<SpecialEvent, Failure<UpdateSpecialEventError>> {
        let mut events = locked(&self.events);
        let Some(event) = events.get_mut(&event_id) else {
            return Err(UpdateSpecialEventError::NotFound(problem("no such event")).into());
        };
        event.name = body.name.unwrap_or_else(|| event.name.clone());
        event.location = body.location.unwrap_or_else(|| event.location.clone());
        event.event_description = body.event_description.unwrap_or_else(|| event.event_description.clone());
        event.dates = body.dates.unwrap_or_else(|| event.dates.clone());
        event.price = body.price.unwrap_or(event.price);
        Ok(event.clone())
    }

    async fn delete_special_event(&self, _: Visitor, event_id: Uuid) -> Result<(), Failure<DeleteSpecialEventError>> {
        match locked(&self.events).remove(&event_id) {
            Some(_) => Ok(()),
            None => Err(DeleteSpecialEventError::NotFound(problem("no such event")).into()),
        }
    }
}

impl Tickets for Museum {
    async fn buy_museum_tickets(
        &self,
        _: Visitor,
        body: BuyMuseumTickets,
    ) -> Result<MuseumTicketsConfirmation, Failure<BuyMuseumTicketsError>> {
        let id = Uuid::new_v4();
        let ticket = Ticket {
            ticket_id: Some(id),
            ticket_date: body.ticket_date,
            ticket_type: body.ticket_type,
            event_id: body.event_id,
        };
        locked(&self.tickets).insert(id, ticket.clone());
        let code = format!("ticket-{}", &id.simple().to_string()[..6]);
        let mut sold = MuseumTicketsConfirmation::new(ticket.ticket_date, ticket.ticket_type, "enjoy".to_owned(), code);
        sold.ticket_id = Some(id);
        sold.event_id = ticket.event_id;
        Ok(sold)
    }

    async fn get_ticket_code(&self, _: Visitor, ticket_id: Uuid) -> Result<Body, Failure<GetTicketCodeError>> {
        if locked(&self.tickets).contains_key(&ticket_id) {
            return Ok(Bytes::from_static(PIXEL).into());
        }
        Err(GetTicketCodeError::NotFound(problem("no such ticket")).into())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn StdError>> {
    let address = std::env::args().nth(1).ok_or("museum ADDRESS")?;
    let listener = tokio::net::TcpListener::bind(address).await?;
    axum::serve(listener, server::router(Museum::default())).await?;
    Ok(())
}
