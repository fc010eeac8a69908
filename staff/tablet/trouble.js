/** A printer's trouble in words. The error of a device or of the program is no text for the tablet: the log has it.
    @param {{ status?: string, error?: string }} params
    @param {Record<string, string>} words  by status, and by error where it is a code */
export const troubleOf = ({ status = "", error = "" }, words) => words[error] ?? words[status] ?? words.unprinted;
