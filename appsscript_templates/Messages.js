/**
 * @file What the card says, in the languages that it speaks. {} stands for what
 * is filled in; numbers come after a colon, so that no text has plurals.
 */

const MESSAGES = {
  en: {
    inStep: "Conferences in step: {}",
    checked: "Last check: {} ago",
    notChecked: "Not checked yet",
    failed: "Last problem: {} ago ({})",
    waiting: "Waiting to be updated: {}",
    unsaved: "For events not saved yet: {}",
    refused: "Refused by the conferencing service: {}",
    unreachable: "Calendar {} has been out of reach for {}",
    partial: "Calendar {}: no room for meetings from {} on",
    held: "Many meetings are gone. Conferences to be deleted: {}, in {}. " +
      "Was this meant?",
    deleting: "To be deleted at your word: {}",
    keeping: "To be kept at your word: {}",
    deleteNow: "Delete now",
    keep: "Keep",
    minutes: "{} min",
    hours: "{} h",
    days: "{} d",
  },
  es: {
    inStep: "Conferencias al día: {}",
    checked: "Última comprobación: hace {}",
    notChecked: "Aún sin comprobar",
    failed: "Último problema: hace {} ({})",
    waiting: "Por actualizar: {}",
    unsaved: "De eventos aún no guardados: {}",
    refused: "Rechazadas por el servicio de conferencias: {}",
    unreachable: "El calendario {} no responde desde hace {}",
    partial: "Calendario {}: sin espacio para reuniones a partir del {}",
    held: "Han desaparecido muchas reuniones. Conferencias que se eliminarán: " +
      "{}, dentro de {}. ¿Es lo que quería?",
    deleting: "Se eliminarán por orden suya: {}",
    keeping: "Se conservarán por orden suya: {}",
    deleteNow: "Eliminar ahora",
    keep: "Conservar",
    minutes: "{} min",
    hours: "{} h",
    days: "{} d",
  },
  ru: {
    inStep: "Конференций в порядке: {}",
    checked: "Последняя проверка: {} назад",
    notChecked: "Проверки ещё не было",
    failed: "Последняя неполадка: {} назад ({})",
    waiting: "Ждут обновления: {}",
    unsaved: "Для ещё не сохранённых мероприятий: {}",
    refused: "Отклонено службой конференций: {}",
    unreachable: "Календарь {} недоступен уже {}",
    partial: "Календарь {}: нет места для встреч начиная с {}",
    held: "Пропало много встреч. Будет удалено конференций: {}, через {}. " +
      "Так и задумано?",
    deleting: "Будет удалено по вашему указанию: {}",
    keeping: "Останется по вашему указанию: {}",
    deleteNow: "Удалить сейчас",
    keep: "Сохранить",
    minutes: "{} мин",
    hours: "{} ч",
    days: "{} дн.",
  },
};

/**
 * Returns the texts in the user's language, or in English.
 * @return {Object<string, string>}
 */
function messages_() {
  const language = Session.getActiveUserLocale().slice(0, 2).toLowerCase();
  return MESSAGES[language] || MESSAGES.en;
}

/**
 * Returns a text with its gaps filled, one after the other.
 * @param {string} text
 * @param {Array} values
 * @return {string}
 */
function filled_(text, values) {
  const parts = text.split("{}");
  return parts.map((part, at) => part + (at < parts.length - 1 ?
    values[at] : "")).join("");
}

/**
 * Returns how long some minutes are, in words that a time zone does not change.
 * @param {Object<string, string>} texts
 * @param {number} minutes
 * @return {string}
 */
function duration_(texts, minutes) {
  if (minutes < 60) return filled_(texts.minutes, [Math.max(minutes, 0)]);
  if (minutes < 2 * DAY_MINUTES) {
    return filled_(texts.hours, [Math.floor(minutes / 60)]);
  }
  return filled_(texts.days, [Math.floor(minutes / DAY_MINUTES)]);
}

/**
 * Returns the day of a time, in the script's time zone.
 * @param {number} minutes Since the epoch.
 * @return {string}
 */
function day_(minutes) {
  return Utilities.formatDate(new Date(minutes * 60000),
    Session.getScriptTimeZone(), "yyyy-MM-dd");
}
