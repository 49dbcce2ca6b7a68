namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Write-Error; the error shows the caller's position.</summary>
[Cmdlet(VerbsCommunications.Write, "Error", DefaultParameterSetName = "NoException")]
public sealed class WriteErrorCommand : StandIn
{
    [Parameter(Position = 0, ParameterSetName = "NoException", Mandatory = true, ValueFromPipeline = true)]
    [Parameter(ParameterSetName = "WithException")]
    [AllowNull]
    [AllowEmptyString]
    [Alias("Msg")]
    public string? Message { get; set; }

    [Parameter(Position = 0, ParameterSetName = "WithException", Mandatory = true)]
    public Exception? Exception { get; set; }

    [Parameter(Position = 0, ParameterSetName = "ErrorRecord", Mandatory = true)]
    public ErrorRecord? ErrorRecord { get; set; }

    [Parameter(ParameterSetName = "NoException")]
    [Parameter(ParameterSetName = "WithException")]
    public ErrorCategory Category { get; set; } = ErrorCategory.NotSpecified;

    [Parameter(ParameterSetName = "NoException")]
    [Parameter(ParameterSetName = "WithException")]
    public string ErrorId { get; set; } = string.Empty;

    [Parameter(ParameterSetName = "NoException")]
    [Parameter(ParameterSetName = "WithException")]
    public object? TargetObject { get; set; }

    [Parameter]
    public string RecommendedAction { get; set; } = string.Empty;

    [Parameter]
    [Alias("Activity")]
    public string CategoryActivity { get; set; } = string.Empty;

    [Parameter]
    [Alias("Reason")]
    public string CategoryReason { get; set; } = string.Empty;

    [Parameter]
    [Alias("TargetName")]
    public string CategoryTargetName { get; set; } = string.Empty;

    [Parameter]
    [Alias("TargetType")]
    public string CategoryTargetType { get; set; } = string.Empty;

    protected override void ProcessRecord()
    {
        ErrorRecord error;
        if (ErrorRecord is not null)
        {
            error = new ErrorRecord(ErrorRecord, null);
        }
        else
        {
            Exception exception = Exception ?? new WriteErrorException(Message);
            string id = ErrorId.Length > 0 ? ErrorId : exception.GetType().FullName!;
            error = new ErrorRecord(exception, id, Category, TargetObject);
            if (Exception is not null && !string.IsNullOrEmpty(Message))
                error.ErrorDetails = new ErrorDetails(Message);
        }

        if (RecommendedAction.Length > 0)
            (error.ErrorDetails ??= new ErrorDetails(Message ?? error.Exception.Message)).RecommendedAction = RecommendedAction;
        if (CategoryActivity.Length > 0)
            error.CategoryInfo.Activity = CategoryActivity;
        if (CategoryReason.Length > 0)
            error.CategoryInfo.Reason = CategoryReason;
        if (CategoryTargetName.Length > 0)
            error.CategoryInfo.TargetName = CategoryTargetName;
        if (CategoryTargetType.Length > 0)
            error.CategoryInfo.TargetType = CategoryTargetType;

        if (GetVariableValue("MyInvocation") is InvocationInfo caller)
        {
            ZProc.Host.EngineInternals.SetInvocation(error, caller);
            if (CategoryActivity.Length == 0)
                error.CategoryInfo.Activity = "Write-Error";
        }

        WriteError(error);
    }
}
