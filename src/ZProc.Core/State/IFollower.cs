namespace ZProc.Core.State;

/// <summary>Reads the log of a namespace by itself, and is told of each update.</summary>
internal interface IFollower
{
    /// <summary>An update was added to the log. Called under the gate: it must only note the update.</summary>
    void OnAppended(Update update);
}
