using ZProc.Core.State;

namespace ZProc.Requests;

/// <summary>Takes what a <see cref="RecordFollower"/> finds, on the follower's thread.</summary>
internal interface IRecordObserver
{
    /// <summary>Some records have changed.</summary>
    void OnUpdate(Update update);

    /// <summary>Changes were missed. The observer has to go on from the records as they are.</summary>
    /// <param name="resume">Resumes the following, and reads the records. It blocks until the server answers, so it is called with no lock held.</param>
    void OnBehind(Func<Snapshot> resume);

    /// <summary>The server is gone: the records will not change any more.</summary>
    void OnLost();
}
